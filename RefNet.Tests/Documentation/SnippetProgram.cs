using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using NUnit.Framework;

namespace RefNet.Tests.Documentation;

/// <summary>Compiles a snippet as a reader's project would, with implicit usings and nullable enabled, and runs it.</summary>
public static class SnippetProgram
{
    // What a console project has without asking.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Compiles a snippet; errors carry the line in the document.</summary>
    public static Assembly Compile(Snippet snippet)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest);
        string padding = new('\n', snippet.Line - 1);
        SyntaxTree code = CSharpSyntaxTree.ParseText(padding + snippet.Code, options, snippet.Document);
        bool isProgram = code.GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Snippet", [code, CSharpSyntaxTree.ParseText(ImplicitUsings, options)], References,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        using MemoryStream assembly = new();
        EmitResult result = compilation.Emit(assembly);
        if (!result.Success)
        {
            IEnumerable<Diagnostic> errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            Assert.Fail($"{snippet} does not compile:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
        }

        assembly.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(assembly);
    }

    /// <summary>Runs a program, or the NUnit tests of a snippet that has no program.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(Assembly assembly)
    {
        TextWriter console = System.Console.Out;
        CultureInfo culture = CultureInfo.CurrentCulture;
        using StringWriter output = new();
        System.Console.SetOut(output);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // the documents show numbers as it writes them
        try
        {
            if (assembly.EntryPoint is { } main)
                main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()], null);
            else
                RunTests(assembly);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            System.Console.SetOut(console);
        }

        return output.ToString();
    }

    private static void RunTests(Assembly assembly)
    {
        MethodInfo[] tests = [.. assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(TestAttribute)))];
        Assert.That(tests, Is.Not.Empty, "A snippet that runs needs statements at its top level, or NUnit tests.");
        foreach (MethodInfo test in tests)
            test.Invoke(Activator.CreateInstance(test.DeclaringType!), BindingFlags.DoNotWrapExceptions, null, null, null);
    }
}
