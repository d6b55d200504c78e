using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using RefNet.Tests.Data;

namespace RefNet.Tests.Console;

/// <summary>The program as a process of its own: exit codes, Ctrl-C, kill -9 and a full disk.</summary>
[TestFixture]
[Platform("Linux", Reason = "The tests send signals and mount a file system.")]
public sealed class ProcessTests : CommandTests
{
    private static readonly string[] Checkpoints = ["best.safetensors", "last.safetensors", "resume.safetensors"];

    [Test]
    public void TheExitCodeIsThatOfTheCommand()
    {
        Refnet.Result good = Refnet.End(Refnet.Start("summary", "perceptron"));
        Assert.That((good.Code, good.Error), Is.EqualTo((0, "")), $"{good}");
        Assert.That(good.Output, Does.Contain("total"));
        Assert.That(good.Output, Has.None.EqualTo('\u001b'), "output to a pipe is plain");

        Refnet.Result bad = Refnet.End(Refnet.Start("summary", "preceptron"));
        Assert.That((bad.Code, bad.Output), Is.EqualTo((2, "")), $"{bad}");
    }

    [Test]
    public void OneDamagedDataSetDoesNotHideTheOthers()
    {
        foreach (string name in new[] { "bad", "good" })
        {
            Directory.CreateDirectory(Folder.File($"data/{name}"));
            foreach (string file in DataFolder.Names)
                File.Copy(Bars.File(file), Folder.File($"data/{name}/{file}"));
        }

        File.AppendAllText(Folder.File($"data/bad/{DataFolder.Names[3]}"), "x");
        Refnet.Result list = Refnet.End(Refnet.StartProgram("env", "-C", Folder.Path, "dotnet", Refnet.Program, "data", "list"));
        Assert.That(list.Code, Is.EqualTo(2), $"{list}");
        Assert.That(list.Output, Does.Match("(?m)^ *good "));
        Assert.That(list.Error, Does.Contain("it is padded"));
    }

    [Test]
    public void ARunKilledInItsThirdEpochAndResumedEndsWithTheSameBytes()
    {
        Refnet.Result whole = Refnet.End(Refnet.Start(Arguments("whole")));
        Assert.That(whole.Code, Is.Zero, $"{whole}");

        StopInThirdEpoch("run", "-KILL");
        Assert.That(File.Exists(Folder.File("run/last.safetensors")), Is.True);
        Refnet.Result resumed = Refnet.End(Refnet.Start("train", "--resume", Folder.File("run"), "--threads", "1"));
        Assert.That(resumed.Code, Is.Zero, $"{resumed}");
        foreach (string file in Checkpoints)
            Assert.That(File.ReadAllBytes(Folder.File($"run/{file}")), Is.EqualTo(File.ReadAllBytes(Folder.File($"whole/{file}"))), file);
    }

    [Test]
    public void CtrlCEndsWithCode130AndSaysHowToResume()
    {
        Refnet.Result stopped = StopInThirdEpoch("run", "-INT");
        Assert.That(stopped.Code, Is.EqualTo(130), $"{stopped}");
        Assert.That(stopped.Error, Does.Match($"^Stopped after epoch [2-9] of 9, which is saved. To resume: dotnet run -c Release --project RefNet.Console -- train --resume {Folder.File("run")}"));
    }

    // The reference backend has no vectors: the processor's registers do not show in its bits. .NET 10 knows these switches (and no
    // longer DOTNET_EnableAVX512F, which does nothing); the last one takes away all vectors.
    [Test]
    public void TheReferenceBackendGivesTheSameBytesWithOtherInstructionSets()
    {
        string[] arguments = ["train", "lenet5-modern", "--data", Bars.Path, "--epochs", "1", "--limit", "40", "--validation", "10", "--backend", "reference"];
        string[] switches = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];
        Process[] processes =
        [
            Refnet.Start([.. arguments, "--out", Folder.File("all")]),
            .. switches.Select(off => Refnet.StartWith(off, "0", [.. arguments, "--out", Folder.File(off)])),
        ];
        foreach (Process process in processes)
        {
            using (process)
                Assert.That(Refnet.End(process).Code, Is.Zero);
        }

        foreach (string off in switches)
            Assert.That(Sha256(off), Is.EqualTo(Sha256("all")), $"{off}=0");

        string Sha256(string run) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Folder.File($"{run}/last.safetensors"))));
    }

    [Test]
    public void CtrlCEndsWhatCannotStopInGoodOrderAtOnce()
    {
        Assert.That(Refnet.End(Refnet.Start("train", "perceptron", "--data", Bars.Path, "--out", Folder.File("run"), "--epochs", "1", "--validation", "60")).Code, Is.Zero);
        // The command waits for a reader of the pipe, so that it surely runs when it is interrupted.
        Refnet.End(Refnet.StartProgram("mkfifo", Folder.File("pipe")));
        using Process process = Refnet.StartInForeground("evaluate", Folder.File("run"), "--json", Folder.File("pipe"));
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("images/s", StringComparison.Ordinal))
        {
        }

        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        bool ended = process.WaitForExit(TimeSpan.FromSeconds(20));
        if (!ended)
            process.Kill();
        Assert.That(ended, Is.True, "Ctrl-C was swallowed");
        Assert.That(process.ExitCode, Is.EqualTo(130));
    }

    [Test]
    public void ResultsInJsonMayGoToAPipe()
    {
        Refnet.Result result = Refnet.End(Refnet.Start("summary", "mlp", "--json", "/dev/stdout"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("\"model\": \"mlp\"").And.EndWith("}"));
    }

    [Test]
    public void AFullDiskEndsWithCode1AndLeavesTheCheckpointsOfTheEpochBefore()
    {
        // A disk of its own, in a name space of its own, so that no rights are needed.
        string disk = Folder.File("disk");
        Directory.CreateDirectory(disk);
        string train = $"dotnet '{Refnet.Program}' train lenet5-modern --data '{Bars.Path}' --validation 60 --batch-size 60";
        string script = $"""
            mount -t tmpfs -o size=2m tmpfs '{disk}' || exit 77
            {train} --out '{disk}/run' --epochs 1 >/dev/null || exit 78
            head -c 2000000 /dev/zero >'{disk}/filler' 2>/dev/null
            truncate --size=-64K '{disk}/filler'
            cd '{disk}/run' && sha256sum *.safetensors >'{Folder.Path}/before'
            dotnet '{Refnet.Program}' train --resume '{disk}/run' --epochs 3 >/dev/null
            echo "code $?"
            sha256sum --check --quiet '{Folder.Path}/before' && echo intact
            ls '{disk}/run'
            rm '{disk}/filler'
            dotnet '{Refnet.Program}' train --resume '{disk}/run' --epochs 3 >/dev/null && echo resumed
            """;
        Refnet.Result result = Refnet.End(Refnet.StartProgram("unshare", "--mount", "--map-root-user", "sh", "-c", script));
        if (result.Code is 77 or 1 && !result.Output.Contains("code"))
            Assert.Ignore($"No small disk can be mounted here, so a full one was not tried: {result.Error}");

        Assert.That(result.Output, Does.Contain("code 1\n"), $"{result}");
        Assert.That(result.Error, Does.Match(@"^error: No space left on device : '.*\.safetensors'\. It ended after epoch [12] of 3, which is saved\. To resume once this is fixed: dotnet .* train --resume /"));
        Assert.That(result.Output, Does.Contain("intact\n").And.Not.Contain(".new"));
        Assert.That(result.Output, Does.EndWith("resumed\n"));
    }

    [Test]
    public void OfTwoRunsInOneFolderOneTrainsAndTheOtherIsRefused()
    {
        Process[] processes = [.. Enumerable.Range(0, 2).Select(_ => Refnet.Start(Arguments("run")))];
        Refnet.Result[] results = [.. processes.Select(Refnet.End)];
        Assert.That(results.Select(result => result.Code), Is.EquivalentTo(new[] { 0, 2 }), string.Join('\n', (object[])results));
        Assert.That(results.Single(result => result.Code == 2).Error, Does.Contain("another process trains in this folder").Or.Contains("holds a run already"));
    }

    // Showing decides nothing: the run is whole, though nobody has seen it.
    [TestCase(">/dev/full 2>&1", 0)]
    [TestCase(">&- 2>&-", 0)]
    [TestCase("2>/dev/full | true; exit ${PIPESTATUS[0]}", 0)]
    public void TrainingGoesOnWhereNothingCanBeShown(string redirection, int code)
    {
        Refnet.Result whole = Refnet.End(Refnet.Start(Arguments("whole")));
        Refnet.Result blind = Refnet.End(Refnet.StartProgram("bash", "-c", $"dotnet '{Refnet.Program}' {string.Join(' ', Arguments("run").Select(word => $"'{word}'"))} {redirection}"));
        Assert.That((whole.Code, blind.Code), Is.EqualTo((0, code)), $"{blind}");
        foreach (string file in Checkpoints)
            Assert.That(File.ReadAllBytes(Folder.File($"run/{file}")), Is.EqualTo(File.ReadAllBytes(Folder.File($"whole/{file}"))), file);
    }

    [Test]
    public void ResultsThatCannotBeShownAreAFailure() =>
        Assert.That(Refnet.End(Refnet.StartProgram("bash", "-c", $"dotnet '{Refnet.Program}' summary mlp >/dev/full")).Code, Is.EqualTo(1));

    [TestCase("-TERM", 143)]
    [TestCase("-INT -INT", 130)]
    public void ASignalGivesTheTerminalItsCursorBack(string signals, int code)
    {
        string[] train = [.. Arguments("run").Where(word => word != "--plain")];
        train[train.IndexOf("9")] = "500";
        string script = $"echo $$ >'{Folder.File("pid")}'; exec env --default-signal=INT TERM=xterm dotnet '{Refnet.Program}' {string.Join(' ', train.Select(word => $"'{word}'"))}";
        using Process process = Refnet.StartProgram("script", "--quiet", "--return", "--command", script, "/dev/null");
        StringBuilder shown = new();
        Read(until: " left");
        // The second signal may find the process gone: it stops by itself after the first.
        foreach (string signal in signals.Split(' '))
            Process.Start("kill", [signal, File.ReadAllText(Folder.File("pid")).Trim()]).WaitForExit();
        Read(until: null);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(code), $"{shown}");
        Assert.That($"{shown}".LastIndexOf("\u001b[?25h", StringComparison.Ordinal), Is.GreaterThan($"{shown}".LastIndexOf("\u001b[?25l", StringComparison.Ordinal)), "the cursor was hidden last");

        void Read(string? until)
        {
            for (int next = process.StandardOutput.Read(); next >= 0; next = process.StandardOutput.Read())
            {
                shown.Append((char)next);
                if (until is not null && next == until[^1] && $"{shown}".EndsWith(until, StringComparison.Ordinal))
                    return;
            }
        }
    }

    [Test]
    public void AFinishedRunIsTestedAgainWhereNothingCanBeWritten()
    {
        Assert.That(Refnet.End(Refnet.Start(Arguments("run"))).Code, Is.Zero);
        string run = Folder.File("run");
        string script = $"""
            mount --bind '{run}' '{run}' && mount -o remount,ro,bind '{run}' || exit 77
            dotnet '{Refnet.Program}' train --resume '{run}' && echo tested
            dotnet '{Refnet.Program}' train --resume '{run}' --epochs 10
            echo "code $?"
            """;
        Refnet.Result result = Refnet.End(Refnet.StartProgram("unshare", "--mount", "--map-root-user", "sh", "-c", script));
        if (result.Code is 77 or 1 && !result.Output.Contains("code"))
            Assert.Ignore($"Nothing can be mounted here, so a folder that cannot be written to was not tried: {result.Error}");
        Assert.That(result.Output, Does.Contain("Test error: ").And.Contain("tested\n").And.Contain("code 1\n"), $"{result}");
        Assert.That(result.Error, Does.Match("^error: .*(denied|[Rr]ead-only)"));
    }

    private string[] Arguments(string run) =>
        ["train", "lenet5-modern", "--data", Bars.Path, "--out", Folder.File(run), "--epochs", "9", "--batch-size", "5", "--validation", "60", "--plain"];

    // The third epoch has begun when the line of the second one has been written.
    private Refnet.Result StopInThirdEpoch(string run, string signal)
    {
        using Process process = Refnet.StartInForeground(Arguments(run));
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("2/9", StringComparison.Ordinal))
        {
        }

        Process.Start("kill", [signal, $"{process.Id}"]).WaitForExit();
        Refnet.Result result = Refnet.End(process);
        Assert.That(result.Output, Does.Not.Contain("9/9"), "the run was over before it could be stopped");
        return result;
    }
}
