using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using RefNet.Tests.Training;

namespace RefNet.Tests.Web;

/// <summary>The Chromium of this machine, without a window, steered by its DevTools protocol.</summary>
internal sealed partial class Chromium : IDisposable
{
    // Nothing but the page talks to anybody, and no profile of a user is touched.
    private static readonly string[] switches =
    [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0", "about:blank",
    ];

    private readonly TemporaryFolder profile;
    private readonly Process process;
    private readonly string address;

    private Chromium(TemporaryFolder profile, Process process, string address) => (this.profile, this.process, this.address) = (profile, process, address);

    /// <summary>The program; null where there is none.</summary>
    public static string? Find() => (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        from name in new[] { "chromium", "chromium-browser", "google-chrome" }
        let file = Path.Combine(folder, name)
        where File.Exists(file)
        select file).FirstOrDefault();

    /// <summary>Starts it.</summary>
    public static async Task<Chromium> Start(string program)
    {
        TemporaryFolder profile = new();
        Process process = Process.Start(new ProcessStartInfo(program, [$"--user-data-dir={profile.Path}", .. switches]) { RedirectStandardError = true })!;
        TaskCompletionSource<string> listening = new();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                listening.TrySetException(new InvalidOperationException("Chromium ended before it listened."));
            else if (Listening().Match(line.Data) is { Success: true } match)
                listening.TrySetResult($"http://{match.Groups["address"].Value}");
        };
        process.BeginErrorReadLine();
        return new Chromium(profile, process, await listening.Task);
    }

    /// <summary>Opens a page of its own.</summary>
    public async Task<BrowserPage> Open(Uri page, int width = 1280, int height = 900, bool isDark = false)
    {
        using HttpClient http = new();
        using HttpResponseMessage made = await http.PutAsync($"{address}/json/new?about:blank", null);
        JsonElement target = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement;
        return await BrowserPage.Open(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!), page, width, height, isDark);
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        try
        {
            profile.Dispose();
        }
        catch (IOException)
        {
            // A helper of it may still write there.
        }
    }

    [GeneratedRegex("DevTools listening on ws://(?<address>[^/]+)/")]
    private static partial Regex Listening();
}
