using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RefNet.Web;

/// <summary>The files of the page, which are embedded in the assembly: no file of the machine is served.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";

    private static readonly Dictionary<string, string> types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>Serves each file under its name, and the page itself at /.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            string name = resource[Folder.Length..], type = types[Path.GetExtension(name)];
            routes.MapGet(name == "index.html" ? "/" : $"/{name}", () => Results.Stream(assembly.GetManifestResourceStream(resource)!, type));
        }
    }
}
