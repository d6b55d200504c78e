using NUnit.Framework;
using RefNet.Benchmarks.Peers;

namespace RefNet.Tests.Benchmarks;

/// <summary>What RefNet.Peers says about its libraries, without it.</summary>
[TestFixture]
public sealed class PeerLibraryTests
{
    [TestCase("LibTorch", "2.10")]
    [TestCase("ONNX Runtime", "1.31")]
    public void NamesCarryMajorAndMinorVersion(string name, string expected)
    {
        PeerLibrary library = PeerLibrary.Read(name, ["libtorch 2.10.0.0", "onnxruntime 1.31.1"]);
        Assert.That(library.Version, Is.EqualTo(expected));
        Assert.That(library.Missing, Is.Empty);
    }

    [Test]
    public void AnOldLibraryIsNamedWithWhatToDo()
    {
        PeerLibrary library = PeerLibrary.Read("LibTorch", ["libtorch missing /lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)", "onnxruntime 1.31.1"]);
        Assert.That(library.Version, Is.Null);
        Assert.That(library.Missing, Does.StartWith("LibTorch is left out").And.Contains("GLIBCXX_3.4.32,").And.Contains("libstdc++.so.6").And.Contains("REFNET_PEER_LIBRARIES"));
    }

    [Test]
    public void AnyOtherReasonIsGivenAsItIs() =>
        Assert.That(PeerLibrary.Read("ONNX Runtime", ["onnxruntime missing no such file"]).Missing, Is.EqualTo("ONNX Runtime is left out: missing no such file"));

    [Test]
    public void AProgramThatDoesNotStartSaysNothing()
    {
        PeerLibrary library = PeerLibrary.Read("LibTorch", []);
        Assert.That(library.Version, Is.Null);
        Assert.That(library.Missing, Does.Contain("LibTorch").And.Contains("REFNET_PEER_LIBRARIES"));
    }

    [Test]
    public void APeerThatWasNotBuiltIsNamedWithItsCommand()
    {
        if (PeerProgram.IsBuilt)
            Assert.Ignore("RefNet.Peers has been built.");
        Assert.That(Rivals.LibTorch, Is.Empty);
        Assert.That(Rivals.OnnxRuntime, Is.Empty);
        Assert.That(Rivals.Missing(), Has.Some.Contains("dotnet build -c Release RefNet.Peers"));
    }
}
