using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using RefNet.Interop;
using RefNet.Tensors;
using RefNet.Tests.Data;

namespace RefNet.Tests.Interop;

/// <summary>NumPy's npy and npz: files of NumPy 1.24 are read, what is written has its bytes, and what is damaged is refused.</summary>
[TestFixture]
public sealed class NumPyTests
{
    // numpy.arange(6).reshape(2, 3) in several types, as numpy.lib.format.write_array wrote it.
    private static readonly byte[] Float32 = Convert.FromBase64String("k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAAoEA=");

    private static readonly Dictionary<string, string> Others = new()
    {
        [">f8, in Fortran's order"] = "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAAAAAAAAAEAIAAAAAAAAP/AAAAAAAABAEAAAAAAAAEAAAAAAAAAAQBQAAAAAAAA=",
        ["<i2, version 2.0"] = "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8aTInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAAEAAgADAAQABQA=",
        ["<f2"] = "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAAA8AEAAQgBEAEU=",
    };

    private static readonly byte[] Npz = Convert.FromBase64String("UEsDBBQAAAAAAAAAIQBP6QAqmAAAAJgAAAAQABQAY29udjEud2VpZ2h0Lm5weQEAEACYAAAAAAAAAJgAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYW"
            + "xzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAAoEBQSwMEFAAA"
            + "AAAAAAAhANm2uuiIAAAAiAAAAAUAFABuLm5weQEAEACIAAAAAAAAAIgAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH"
            + "0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoDAAAAAAAAAFBLAQIUAxQAAAAAAAAAIQBP6QAqmAAAAJgAAAAQAAAAAAAAAAAAAACA"
            + "AQAAAABjb252MS53ZWlnaHQubnB5UEsBAhQDFAAAAAAAAAAhANm2uuiIAAAAiAAAAAUAAAAAAAAAAAAAAIAB2gAAAG4ubnB5UEsFBgAAAAACAAIAcQAAAJkBAAAAAA==");

    private static readonly byte[] DeflatedNpz = Convert.FromBase64String("UEsDBBQAAAAIAAAAIQBP6QAqVQAAAJgAAAAQABQAY29udjEud2VpZ2h0Lm5weQEAEACYAAAAAAAAAFUAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU"
            + "4FihdnJBakAvkaRjoKxpo6CrUKZAMuBjBosAcSDkAExA1AvMABAFBLAwQUAAAACAAAACEA2ba66EYAAACIAAAABQAUAG4ubnB5AQAQAIgAAAAAAAAARgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRu"
            + "paBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLmYGCAAAUEsBAhQDFAAAAAgAAAAhAE/pACpVAAAAmAAAABAAAAAAAAAAAAAAAIABAAAAAGNvbnYxLndlaWdodC5ucH"
            + "lQSwECFAMUAAAACAAAACEA2ba66EYAAACIAAAABQAAAAAAAAAAAAAAgAGXAAAAbi5ucHlQSwUGAAAAAAIAAgBxAAAAFAEAAAAA");

    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void FilesOfNumPyAreRead()
    {
        AssertIsRange(Read(Float32, "w.npy"));
        foreach ((string kind, string file) in Others)
            AssertIsRange(Read(Convert.FromBase64String(file), "w.npy"), kind);
        Assert.That(Read(Convert.FromBase64String("k05VTVBZAwB0AAAAeydkZXNjcic6ICd8YjEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAQEBAQE="), "w.npy").Tensor<float>("w").Values.ToArray(), Is.EqualTo(new[] { 0, 1, 1, 1, 1, 1 }), "bool, version 3.0");
        TensorFile number = Read(Convert.FromBase64String("k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoH"), "w.npy");
        Assert.That(number.Extents("w"), Is.Empty);
        Assert.That(number.Tensor<float>("w")[0], Is.EqualTo(7));
    }

    [Test]
    public void ThreeAxesInFortransOrderAreTurned()
    {
        Tensor<double> read = Read(Convert.FromBase64String("k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAAAADAAAAAQAAAAQAAAACAAAABQAAAABAAAADQAAAAUAAAARAAAACQAAABUAAAACAAAADgAAAAYAAAASAAAACgAAABYAAAADAAAADwAAAAcAAAATAAAACwAAABcAAAA="), "w.npy").Tensor<double>("w");
        Assert.That(read.Shape, Is.EqualTo(new Shape(2, 3, 4)));
        Assert.That(read.Values.ToArray(), Is.EqualTo(Enumerable.Range(0, 24)));
    }

    [Test]
    public void ArchivesOfNumPyAreRead([Values] bool deflated)
    {
        TensorFile file = Read(deflated ? DeflatedNpz : Npz, "f.npz");
        Assert.That(file.Names, Is.EqualTo(new[] { "conv1.weight", "n" }));
        AssertIsRange(file, name: "conv1.weight");
        Assert.That(file["n"].Type, Is.EqualTo(ElementType.Int64));
        Assert.That(file.Tensor<float>("n")[0], Is.EqualTo(3));
        Assert.That(() => file["fc"], Throws.TypeOf<InputException>().With.Message.Contains("expected a tensor fc; found conv1.weight, n."));
    }

    [Test]
    public void WhatIsWrittenHasNumPysBytes()
    {
        using MemoryStream stream = new();
        NumPy.WriteNpy(stream, new Tensor<float>(new Shape(2, 3), [0, 1, 2, 3, 4, 5]));
        Assert.That(stream.ToArray(), Is.EqualTo(Float32));
    }

    [Test]
    public void WhatIsWrittenComesBackBitForBit([Values(CompressionLevel.NoCompression, CompressionLevel.Optimal)] CompressionLevel compression)
    {
        double[] numbers = [double.NaN, -0.0, double.Epsilon, double.NegativeInfinity];
        Dictionary<string, Tensor<double>> tensors = new() { ["b"] = new(new Shape(4), numbers), ["a/ü"] = new(new Shape(1, 1, 2), [1, 2]) };
        NumPy.WriteNpz(folder.File("f.npz"), tensors, compression);
        TensorFile file = TensorFile.Read(folder.File("f.npz"));
        Assert.That(file.Names, Is.EqualTo(new[] { "a/ü", "b" }));
        Assert.That(file.Tensor<double>("b").Values.ToArray().Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(numbers.Select(BitConverter.DoubleToInt64Bits)));
        Assert.That(file.Tensor<double>("a/ü").Shape, Is.EqualTo(new Shape(1, 1, 2)));

        byte[] once = File.ReadAllBytes(folder.File("f.npz"));
        NumPy.WriteNpz(folder.File("f.npz"), new Dictionary<string, Tensor<double>>(tensors.Reverse()), compression);
        Assert.That(File.ReadAllBytes(folder.File("f.npz")), Is.EqualTo(once), "the same tensors give the same bytes");
    }

    [Test]
    public void TheFormatIsKnownByItsBytes()
    {
        Safetensors.Write(folder.File("f"), new Dictionary<string, Tensor<float>> { ["w"] = new(new Shape(1), [3f]) });
        Assert.That(TensorFile.Read(folder.File("f")), Is.TypeOf<SafetensorsFile>());
        Assert.That(Read(Npz, "f"), Is.TypeOf<NpzFile>());
        Assert.That(Read(Float32, "f"), Is.TypeOf<NpyFile>());
    }

    [Test]
    public void ATypeThatIsNotReadSpoilsNoOtherTensor()
    {
        byte[] structure = Convert.FromBase64String("k05VTVBZAQB2AHsnZGVzY3InOiBbKCdhJywgJzxmNCcpXSwgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
            + "AgICAgICAgICAgICAgIAoAAAAAAAAAAA==");
        TensorFile file = Read(Zip(("s.npy", structure), ("w.npy", Float32), ("notes.txt", [1])), "f.npz");
        Assert.That(file.Names, Is.EqualTo(new[] { "s", "w" }));
        AssertIsRange(file);
        Assert.That(() => file.Tensor<float>("s"), Throws.TypeOf<InputException>().With.Message.Contains("for tensor s; found a structure"));
        Assert.That(() => Read(Npy("|O", "()", []), "w.npy").Tensor<float>("w"), Throws.TypeOf<InputException>().With.Message.Contains("found |O"));
    }

    [Test]
    public void EveryTruncationIsRefused()
    {
        for (int length = 1; length < Float32.Length; length++)
            AssertRefused(Float32[..length]);
        for (int length = 1; length < Npz.Length; length++)
            AssertRefused(Npz[..length]);
        AssertRefused([.. Float32, 0], "expected 24 bytes of data, as the header says; found 25 (it is padded)");
    }

    [TestCase("<f4", "(2", "without descr, fortran_order or shape")]
    [TestCase("<f4", "(-2,)", "without descr, fortran_order or shape")]
    [TestCase("<f4", "(99999999999999999999,)", "an extent of 99999999999999999999")]
    [TestCase("<f4", "(4294967296, 4294967296, 4294967296)", "expected 9223372036854775807 bytes of data")]
    [TestCase("<f4", "(3,)", "expected 12 bytes of data, as the header says; found 8 (it is truncated)")]
    public void AHeaderThatDoesNotFitIsRefused(string type, string shape, string part) => AssertRefused(Npy(type, shape, new byte[8]), part);

    [Test]
    public void HostileHeadersAreRefusedBeforeMemoryIsTaken()
    {
        AssertRefused([.. Float32[..6], 2, 0, 0xFF, 0xFF, 0xFF, 0x7F], "a header of 2147483647 bytes, over 10000");
        AssertRefused([.. Float32[..6], 4, 0, 0, 0], "a version from 1 to 3");
        AssertRefused(Npy("<f4", "(" + string.Concat(Enumerable.Repeat("1,", 65)) + ")", new byte[4]), "a shape of 65 axes, over 64");
        byte[] bomb = Zip(("w.npy", Npy("<f4", "(18000000,)", new byte[72_000_000])));
        TensorFile file = Read(bomb, "f.npz");
        Assert.That(() => file.Tensor<float>("w"), Throws.TypeOf<InputException>().With.Message.Contains("expected at most 67108864 bytes of w"));
    }

    [Test]
    public void DamagedContentsOfAnArchiveAreNoticed()
    {
        byte[] damaged = [.. Npz];
        damaged[damaged.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0x80, 0x3F])] ^= 1; // a number is stored as it is
        TensorFile file = Read(damaged, "f.npz");
        Assert.That(() => file.Tensor<float>("conv1.weight"), Throws.TypeOf<InputException>().With.Message.Contains("checksum"));
        Assert.That(file.Tensor<float>("n")[0], Is.EqualTo(3), "the other is whole");
        AssertRefused(Zip(("w.npy", Float32), ("w.npy", Float32)), "two called w");
    }

    private static byte[] Npy(string type, string shape, byte[] data)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [.. Float32[..8], (byte)text.Length, (byte)(text.Length >> 8), .. text, .. data];
    }

    private static byte[] Zip(params (string Name, byte[] Contents)[] files)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] contents) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(contents);
            }
        }

        return stream.ToArray();
    }

    private static void AssertIsRange(TensorFile file, string kind = "", string name = "w")
    {
        Tensor<float> read = file.Tensor<float>(name);
        Assert.That(read.Shape, Is.EqualTo(new Shape(2, 3)), kind);
        Assert.That(read.Values.ToArray(), Is.EqualTo(Enumerable.Range(0, 6)), kind);
    }

    private TensorFile Read(byte[] bytes, string name) => TensorFile.Read(folder.Write(name, bytes));

    private void AssertRefused(byte[] bytes, string part = "f: expected ") =>
        Assert.That(() => Read(bytes, "f"), Throws.TypeOf<InputException>().With.Message.Contains(part), $"{bytes.Length} bytes");
}
