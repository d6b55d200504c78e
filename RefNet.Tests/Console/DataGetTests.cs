using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Data;
using RefNet.Tests.Data;

namespace RefNet.Tests.Console;

/// <summary>Data sets that are fetched, from a server of the test on this machine.</summary>
[TestFixture]
public sealed class DataGetTests
{
    private readonly StringWriter output = new();
    private DataFolder folder = null!;
    private Dictionary<string, byte[]> served = null!;
    private FileServer server = null!;

    [SetUp]
    public void Start()
    {
        folder = new DataFolder();
        served = [];
        server = new FileServer(served);
    }

    [TearDown]
    public void Stop()
    {
        server.Dispose();
        folder.Dispose();
    }

    private void Get(DataSource source) => new DataGet(new Terminal(output, output, isLive: false, width: 120), default).Run(source, folder.File("set"));

    // Four files of two images each; the sums are those of the unpacked contents.
    private DataSource Digits()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[2 * 784]], labels = [0, 0, 8, 1, 0, 0, 0, 2, 3, 9];
        List<DataSource.File> files = [];
        foreach ((string name, byte[] content) in new[] { ("train-images-idx3-ubyte", images), ("train-labels-idx1-ubyte", labels), ("t10k-images-idx3-ubyte", images), ("t10k-labels-idx1-ubyte", labels) })
        {
            served[$"{name}.gz"] = Gzip(content);
            files.Add(new(server.Address(name + ".gz"), name + ".gz", Convert.ToHexStringLower(SHA256.HashData(content)), 10_000));
        }

        return new DataSource("small", "somebody, 2026", files, [.. Enumerable.Range(0, 10).Select(c => $"class {c}")]);
    }

    [Test]
    public void FilesAreFetchedVerifiedAndLoaded()
    {
        Get(Digits());
        Assert.That(output.ToString(), Does.Contain("small: somebody, 2026").And.Contain("2 images to train on, 2 to test, 10 classes"));
        Dataset set = Dataset.Load(folder.File("set"), out IReadOnlyList<DataFile> files);
        Assert.That(files.Select(file => file.SumAgreed), Is.All.True, "SHA256SUMS is written too");
        Assert.That(set.Training.ClassNames[3], Is.EqualTo("class 3"));

        served.Clear();
        Get(Digits() with { Credit = "again" });
        Assert.That(output.ToString(), Does.Contain("already holds a data set"));
    }

    [Test]
    public void AnArchiveIsUnpackedAndNotKept()
    {
        byte[] record = [4, .. new byte[3072]], archive;
        using (MemoryStream packed = new())
        {
            using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            using (TarWriter tar = new(gzip))
            {
                foreach (string name in new[] { "cifar/data_batch_1.bin", "cifar/test_batch.bin", "../../escaped.bin", "cifar/readme.html" })
                    tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(record) });
                tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "cifar/data_batch_2.bin") { LinkName = "/etc/passwd" });
            }

            archive = packed.ToArray();
        }

        served["a.tar.gz"] = archive;
        Get(new DataSource("colours", "somebody", [new(server.Address("a.tar.gz"), "a.tar.gz", Convert.ToHexStringLower(SHA256.HashData(archive)), 100_000)], []));
        Assert.That(Directory.GetFiles(folder.File("set")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "data_batch_1.bin", "test_batch.bin", "escaped.bin", "SHA256SUMS" }),
            "regular .bin files, inside the folder");
        Assert.That(File.Exists(folder.File("escaped.bin")), Is.False);
    }

    [Test]
    public void WhatWasStoppedGoesOn()
    {
        DataSource source = Digits();
        byte[] whole = served["train-images-idx3-ubyte.gz"];
        Directory.CreateDirectory(folder.File("set"));
        File.WriteAllBytes(folder.File("set/train-images-idx3-ubyte.gz.part"), whole[..10]);
        Get(source);
        Assert.That(server.Ranges, Is.EqualTo(new[] { "bytes=10-" }));
        Assert.That(File.ReadAllBytes(folder.File("set/train-images-idx3-ubyte.gz")), Is.EqualTo(whole));
    }

    [Test]
    public void AWrongFileIsRemovedAndSaid()
    {
        DataSource source = Digits();
        served["t10k-labels-idx1-ubyte.gz"] = Gzip([1, 2, 3]);
        Assert.That(() => Get(source), Throws.TypeOf<InputException>().With.Message.Match("t10k-labels.*expected a file with SHA-256 .*; found .*, and removed it"));
        Assert.That(File.Exists(folder.File("set/t10k-labels-idx1-ubyte.gz")), Is.False);
        Assert.That(File.Exists(folder.File("set/train-images-idx3-ubyte.gz")), Is.True, "what is right stays");

        served["t10k-labels-idx1-ubyte.gz"] = [60, 104, 116, 109, 108, 62];
        Assert.That(() => Get(source), Throws.TypeOf<InputException>().With.Message.Contains("found no gzip"));
    }

    [Test]
    public void MoreThanAFileMayHaveIsNotWritten()
    {
        DataSource source = Digits();
        served["train-images-idx3-ubyte.gz"] = new byte[200_000];
        Assert.That(() => Get(source), Throws.TypeOf<InputException>().With.Message.Contains("expected at most 10000 bytes; found more"));
        Assert.That(new FileInfo(folder.File("set/train-images-idx3-ubyte.gz.part")).Length, Is.LessThanOrEqualTo(10_000));
    }

    [Test]
    public void AServerThatIsNotThereIsSaidInOneSentence()
    {
        DataSource source = Digits();
        served.Remove("train-images-idx3-ubyte.gz");
        Assert.That(() => Get(source), Throws.TypeOf<IOException>().With.Message.Contains("404").And.Message.Contains("give the same command again"));
        server.Dispose();
        Assert.That(() => Get(source), Throws.TypeOf<IOException>().With.Message.Contains("Check the connection"));
    }

    [Test]
    public void AnUnknownNameIsAMistake()
    {
        Refnet.Result result = Refnet.Run("data", "get", "cifar");
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain("'cifar'").And.Contain("Did you mean cifar10?"));
    }

    private static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    // Serves bytes by name, and the rest of them where a range is asked for.
    private sealed class FileServer : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly string root;

        public FileServer(Dictionary<string, byte[]> served)
        {
            using (System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0))
            {
                free.Start();
                root = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }

            listener.Prefixes.Add(root);
            listener.Start();
            new Thread(() => Serve(served)) { IsBackground = true }.Start();
        }

        public List<string> Ranges { get; } = [];

        public Uri Address(string name) => new(root + name);

        public void Dispose() => listener.Close();

        private void Serve(Dictionary<string, byte[]> served)
        {
            try
            {
                while (true)
                {
                    HttpListenerContext context = listener.GetContext();
                    bool known = served.TryGetValue(context.Request.Url!.AbsolutePath[1..], out byte[]? bytes);
                    context.Response.StatusCode = known ? 200 : 404;
                    if (known && context.Request.Headers["Range"] is { } range)
                    {
                        Ranges.Add(range);
                        int from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
                        context.Response.StatusCode = 206;
                        context.Response.Headers["Content-Range"] = $"bytes {from}-{bytes!.Length - 1}/{bytes.Length}";
                        bytes = bytes[from..];
                    }

                    context.Response.ContentLength64 = bytes?.Length ?? 0;
                    context.Response.Close(bytes ?? [], willBlock: true);
                }
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The test has ended, or the client wants no more.
            }
        }
    }
}
