using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace RefNet.Console;

/// <summary>Fetches a file. A partial download is kept in NAME.part, and the next attempt resumes it.</summary>
internal static class Download
{
    private const int BlockSize = 1 << 16;

    /// <summary>Fetches a file completely.</summary>
    /// <param name="address">Its URL.</param>
    /// <param name="path">The destination.</param>
    /// <param name="mostBytes">The largest size allowed.</param>
    /// <param name="progress">Receives the bytes so far, and the total, or null if the server does not say.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <exception cref="InputException">The file is larger than allowed.</exception>
    /// <exception cref="IOException">The server cannot be reached, has no such file, or stopped midway; the message says how to resume.</exception>
    public static void Fetch(Uri address, string path, long mostBytes, Action<long, long?> progress, CancellationToken cancellation)
    {
        string part = path + ".part";
        try
        {
            FetchPart(address, part, mostBytes, progress, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or SocketException || (error is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new IOException($"{address}: {error.Message.TrimEnd('.')}. Check the connection and give the same command again to resume, or fetch the file by other means to {path}.", error);
        }

        File.Move(part, path, overwrite: true);
    }

    private static void FetchPart(Uri address, string part, long mostBytes, Action<long, long?> progress, CancellationToken cancellation)
    {
        using HttpClient client = new();
        using FileStream file = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        long have = file.Seek(0, SeekOrigin.End);
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        if (have > 0)
            request.Headers.Range = new RangeHeaderValue(have, null);
        using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return; // already complete
        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != have)
        {
            file.SetLength(0); // the server sends the whole file
            have = 0;
        }

        long? all = have + response.Content.Headers.ContentLength;
        using Stream stream = response.Content.ReadAsStream(cancellation);
        byte[] block = new byte[BlockSize];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            have += read;
            if (have > mostBytes)
                throw new InputException($"{address}: expected at most {mostBytes} bytes; found more. This is not the expected file: fetch it by other means.");
            file.Write(block.AsSpan(0, read));
            progress(have, all);
        }

        if (all is { } length && have < length)
            throw new IOException($"{address}: the connection ended after {have} of {length} bytes. Give the same command again to resume.");
    }
}
