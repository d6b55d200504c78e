using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using RefNet.Backends;
using RefNet.Web;

namespace RefNet.Benchmarks;

/// <summary>
/// How fast refnet serve answers its page: it reads the digit in a drawing, runs the network, and returns all maps of all layers over HTTP. Measured
/// with one request at a time, and with two in flight as on the page. The time of drawing in the browser is not included: the page shows it itself.
/// </summary>
internal static class AnswersCommand
{
    private const int Side = 84, Questions = 300, WarmUp = 100;

    /// <summary>Measures the network of a run.</summary>
    public static async Task<int> Run(string run)
    {
        try
        {
            await using PageServer server = await PageServer.Start(new ServedSettings
            {
                Run = run,
                Backend = BackendDefaults<float>.Backend,
                ReadData = () => throw new InputException("There are no data: this only measures."),
                NewFolder = name => name,
                NameClass = (c, _) => $"{c}",
            });
            using HttpClient http = new(new HttpClientHandler { CookieContainer = new CookieContainer() });
            await http.GetStringAsync(server.Address);
            int bytes = 0;
            await Ask(WarmUp, underway: 1);
            double one = await Ask(Questions, underway: 1), two = await Ask(Questions, underway: 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one question at a time: {one:F1} ms each, {1000 / one:F0} answers a second"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"two on their way: {two:F1} ms each, {1000 / two:F0} answers a second"));
            Console.WriteLine($"an answer with all maps: {bytes} bytes");
            return 0;

            // Milliseconds per answer.
            async Task<double> Ask(int questions, int underway)
            {
                long start = Stopwatch.GetTimestamp();
                await Parallel.ForAsync(0, questions, new ParallelOptions { MaxDegreeOfParallelism = underway }, async (_, _) => bytes = await AskOnce(http, server.Port));
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds / questions;
            }
        }
        catch (InputException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static async Task<int> AskOnce(HttpClient http, int port)
    {
        ByteArrayContent drawing = new(Seven());
        drawing.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        HttpRequestMessage question = new(HttpMethod.Post, $"http://127.0.0.1:{port}/api/networks/1/look?rows={Side}&columns={Side}") { Content = drawing };
        question.Headers.Add("Origin", $"http://127.0.0.1:{port}");
        using HttpResponseMessage answer = await http.SendAsync(question);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsByteArrayAsync()).Length;
    }

    // Dark strokes, 7 pixels wide, on white paper.
    private static byte[] Seven()
    {
        byte[] pixels = new byte[Side * Side];
        Array.Fill(pixels, (byte)255);
        for (int t = 0; t < 200; t++)
        {
            for (int k = 0; k < 49; k++)
            {
                (int i, int j) = (k / 7 - 3, k % 7 - 3);
                pixels[(20 + i) * Side + 20 + 44 * t / 200 + j] = 0;
                pixels[(20 + 48 * t / 200 + i) * Side + 64 - 26 * t / 200 + j] = 0;
            }
        }

        return pixels;
    }
}
