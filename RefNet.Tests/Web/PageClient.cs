using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using RefNet.Data;
using RefNet.Tests.Training;
using RefNet.Web;

namespace RefNet.Tests.Web;

/// <summary>A page's server in this process, and a client that has its cookie.</summary>
internal sealed class PageClient : IAsyncDisposable
{
    private readonly HttpClient http;

    private PageClient(PageServer server, TemporaryFolder runs, HttpClient http) => (Server, Runs, this.http) = (server, runs, http);

    public PageServer Server { get; }

    /// <summary>Where runs that the page trains are put.</summary>
    public TemporaryFolder Runs { get; }

    /// <summary>http://127.0.0.1:port, as browsers send it.</summary>
    public string Origin => $"http://127.0.0.1:{Server.Port}";

    public static async Task<PageClient> Start(string? run, Func<ServedSettings, ServedSettings>? change = null)
    {
        TemporaryFolder runs = new();
        ServedSettings settings = DigitRun.Settings(run, runs);
        PageServer server = await PageServer.Start(change?.Invoke(settings) ?? settings);
        HttpClient http = new(new HttpClientHandler { CookieContainer = new CookieContainer() });
        using HttpResponseMessage page = await http.GetAsync(server.Address);
        page.EnsureSuccessStatusCode();
        return new PageClient(server, runs, http);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Server.DisposeAsync();
        Runs.Dispose();
    }

    /// <summary>Sends a request that a test has made.</summary>
    public Task<HttpResponseMessage> Send(HttpRequestMessage request) => http.SendAsync(request);

    public async Task<JsonElement> Get(string path) => await Json(await http.GetAsync(Origin + path));

    public async Task<JsonElement> Post(string path, HttpContent? content = null) => await Json(await Answer(path, content));

    /// <summary>The header and the body of a message of maps.</summary>
    public async Task<(JsonElement Header, byte[] Body)> Maps(string path, HttpContent? content = null)
    {
        HttpResponseMessage answer = await Answer(path, content);
        answer.EnsureSuccessStatusCode();
        byte[] message = await answer.Content.ReadAsByteArrayAsync();
        int length = BinaryPrimitives.ReadInt32LittleEndian(message);
        return (JsonDocument.Parse(message.AsMemory(4, length)).RootElement, message[(4 + length)..]);
    }

    /// <summary>Looks at a drawing.</summary>
    public Task<(JsonElement Header, byte[] Body)> Look(Picture picture, int network = 1)
    {
        ByteArrayContent content = new(picture.Values.ToArray());
        content.Headers.ContentType = new("application/octet-stream");
        return Maps($"/api/networks/{network}/look?rows={picture.Rows}&columns={picture.Columns}", content);
    }

    public Task<HttpResponseMessage> Answer(string path, HttpContent? content)
    {
        HttpRequestMessage request = new(HttpMethod.Post, Origin + path) { Content = content };
        request.Headers.Add("Origin", Origin);
        return http.SendAsync(request);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
