using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using RefNet.Interop;
using RefNet.Tensors;
using RefNet.Tests.Data;

namespace RefNet.Tests.Interop;

/// <summary>Safetensors files: what is written comes back bit for bit, and what is damaged is refused.</summary>
[TestFixture]
public sealed class SafetensorsTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void WhatIsWrittenComesBackBitForBit()
    {
        float[] numbers = [0f, -0f, float.Epsilon, float.MaxValue, float.NegativeInfinity, BitConverter.Int32BitsToSingle(0x7FC00123)];
        Dictionary<string, Tensor<float>> tensors = new()
        {
            ["C1.weight"] = new Tensor<float>(new Shape(1, 2, 3), numbers),
            ["C1.bias \"quoted\" µ"] = new Tensor<float>(new Shape(1), [7f]),
        };
        Safetensors.Write(folder.File("f"), tensors, new Dictionary<string, string> { ["model"] = "lenet5\n", ["Epoch"] = "3" });

        SafetensorsFile file = Safetensors.Read(folder.File("f"));
        Assert.That(file.Names, Is.EqualTo(tensors.Keys.Order(StringComparer.Ordinal)));
        Assert.That(file.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["model"] = "lenet5\n", ["Epoch"] = "3" }));
        foreach ((string name, Tensor<float> tensor) in tensors)
        {
            Tensor<float> read = file.Tensor<float>(name);
            Assert.That(read.Shape, Is.EqualTo(tensor.Shape));
            Assert.That(Bits(read), Is.EqualTo(Bits(tensor)), "negative zero and the bits of NaN too");
        }

        static int[] Bits(Tensor<float> tensor) => [.. tensor.Values.ToArray().Select(BitConverter.SingleToInt32Bits)];
    }

    [Test]
    public void TheBytesAreThoseOfTheFormat()
    {
        using MemoryStream stream = new();
        Safetensors.Write(stream, new Dictionary<string, Tensor<float>>
        {
            ["b"] = new(new Shape(1), [1f]),
            ["a"] = new(new Shape(1, 2), [2f, -2f]),
        });

        string header = """{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        Assert.That(header, Has.Length.EqualTo(110), "two short of a multiple of 8");
        byte[] expected = [112, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header), 32, 32, 0, 0, 0, 64, 0, 0, 0, 192, 0, 0, 128, 63];
        Assert.That(stream.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void TheOrderOfTheDictionariesDoesNotMatter()
    {
        Tensor<double> one = new(new Shape(1), [1.0]);
        byte[] Write(params string[] names)
        {
            using MemoryStream stream = new();
            Safetensors.Write(stream, names.ToDictionary(name => name, _ => one), names.ToDictionary(name => name, name => name));
            return stream.ToArray();
        }

        Assert.That(Write("x", "Y", "é", "a.b"), Is.EqualTo(Write("a.b", "é", "Y", "x")));
    }

    [Test]
    public void ANetworkWithoutTensorsIsAFileToo()
    {
        Safetensors.Write(folder.File("f"), new Dictionary<string, Tensor<float>>());
        SafetensorsFile file = Safetensors.Read(folder.File("f"));
        Assert.That(file.Names, Is.Empty);
        Assert.That(() => file.Tensor<float>("w"), Throws.TypeOf<InputException>().With.Message.Contains("expected a tensor w; found none"));
    }

    [Test]
    public void EveryFloatingPointTypeIsRead()
    {
        Assert.That(Read<float>("F64", "[2]", [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(double.NegativeInfinity)]), Is.EqualTo(new[] { 1.5f, float.NegativeInfinity }));
        Assert.That(Read<double>("F32", "[2]", [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(0.1f)]), Is.EqualTo(new[] { 1.5, 0.1f }));
        Assert.That(Read<float>("F16", "[2]", [0x00, 0x3E, 0x00, 0xC0]), Is.EqualTo(new[] { 1.5f, -2f }));
        Assert.That(Read<double>("BF16", "[2]", [0xC0, 0x3F, 0x00, 0xC0]), Is.EqualTo(new[] { 1.5, -2 }));
        Assert.That(Read<float>("F32", "[]", BitConverter.GetBytes(3f)), Is.EqualTo(new[] { 3f }), "a single number has no axes");
    }

    [Test]
    public void EveryIntegerTypeIsRead()
    {
        Assert.That(Read<float>("I64", "[2]", [.. BitConverter.GetBytes(-7L), .. BitConverter.GetBytes(1L << 40)]), Is.EqualTo(new[] { -7f, 1L << 40 }));
        Assert.That(Read<double>("U64", "[1]", BitConverter.GetBytes(ulong.MaxValue - 2047)), Is.EqualTo(new[] { ulong.MaxValue - 2047.0 }));
        Assert.That(Read<double>("I32", "[1]", BitConverter.GetBytes(int.MaxValue)), Is.EqualTo(new[] { (double)int.MaxValue }));
        Assert.That(Read<float>("I16", "[1]", BitConverter.GetBytes((short)-300)), Is.EqualTo(new[] { -300f }));
        Assert.That(Read<float>("U16", "[1]", BitConverter.GetBytes((ushort)65535)), Is.EqualTo(new[] { 65535f }));
        Assert.That(Read<float>("I8", "[2]", [0x80, 5]), Is.EqualTo(new[] { -128f, 5 }));
        Assert.That(Read<float>("U8", "[2]", [0x80, 5]), Is.EqualTo(new[] { 128f, 5 }));
        Assert.That(Read<float>("BOOL", "[3]", [0, 1, 2]), Is.EqualTo(new[] { 0f, 1, 1 }));
    }

    [Test]
    public void WhatATypeCannotHoldIsRefused()
    {
        byte[] large = [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(1e300)];
        AssertRefusedTensor("F64", "[2]", large, "expected numbers that Single can hold in tensor w; found one that it cannot, at place 1");
        Assert.That(Read<double>("F64", "[2]", large), Is.EqualTo(new[] { 1.0, 1e300 }));
        AssertRefusedTensor("I32", "[1]", BitConverter.GetBytes((1 << 24) + 1), "numbers that Single can hold in tensor w");
        AssertRefusedTensor("U64", "[1]", BitConverter.GetBytes(ulong.MaxValue), "numbers that Single can hold in tensor w");
        AssertRefusedTensor("F32", "[3,0]", [], "expected numbers in tensor w; found none: its shape is 3x0");
    }

    [TestCase("F8_E4M3", "[8]")]
    [TestCase("C64", "[1]")]
    [TestCase("F4", "[16]")]
    [TestCase("F31", "[2]")]
    public void ATypeThatIsNotReadSpoilsNoOtherTensor(string type, string shape)
    {
        string header = "{\"q\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
        SafetensorsFile file = Safetensors.Read(folder.Write("f", File(header, [.. new byte[8], .. BitConverter.GetBytes(5f)])));
        Assert.That(file.Tensor<float>("w")[0], Is.EqualTo(5));
        Assert.That(file["q"].TypeName, Is.EqualTo(type));
        Assert.That(() => file.Tensor<float>("q"), Throws.TypeOf<InputException>().With.Message.Contains($"for tensor q; found {type}"));
    }

    // The tree of such a header took fifty times its length.
    [Test]
    public void AHeaderCostsAFewTimesItsLength()
    {
        string header = "{" + string.Join(",", Enumerable.Range(0, 20_000).Select(i => "\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}")) + "}";
        string path = folder.Write("f", File(header, []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Safetensors.Read(path).Contains("19999"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20L * header.Length));
    }

    [Test]
    public void EveryTruncationIsRefused()
    {
        Safetensors.Write(folder.File("f"), new Dictionary<string, Tensor<float>> { ["w"] = new(new Shape(2, 3)) });
        byte[] whole = System.IO.File.ReadAllBytes(folder.File("f"));
        for (int length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length]);
        AssertRefused(whole[..^1], "expected 24 bytes of data, as the header says; found 23 (it is truncated)");
        AssertRefused([.. whole, 0], "expected 24 bytes of data, as the header says; found 25 (it is padded)");
    }

    [TestCase("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "two called w", Description = "two of one name")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "(they overlap)")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "(there is a gap)")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "(it is padded)")]
    [TestCase("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "(it is truncated)")]
    [TestCase("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "F32 of shape [3] at [0, 8]")]
    [TestCase("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "at [8, 0]")]
    [TestCase("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "two data_offsets for w")]
    [TestCase("""{"w":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "shape [-1, -2]")]
    [TestCase("""{"w":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}""", "4294967296")]
    [TestCase("""{"w":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", "found another (a value that is no whole number, or too large a one)")]
    [TestCase("""{"w":{"dtype":null,"shape":[2],"data_offsets":[0,8]}}""", "not a text for dtype")]
    [TestCase("""{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "twice for w")]
    [TestCase("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "more than 2 numbers")]
    [TestCase("""{"__metadata__":{"a":"1","a":"2"}}""", "two notes called a")]
    [TestCase("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", "found another (no valid JSON from line 1, position 56 on)")]
    [TestCase("""{"w":{"shape":[2],"data_offsets":[0,8]}}""", "expected a header")]
    [TestCase("""{"w":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "expected a header")]
    [TestCase("""{"w":3}""", "expected a header")]
    [TestCase("""[]""", "expected a header")]
    [TestCase("""{"w":""", "found another (no valid JSON from line 1, position 6 on)")]
    [TestCase("""{"__metadata__":{"a":1}}""", "expected a header")]
    [TestCase("""{"__metadata__":{"a":null}}""", "a note a without text")]
    [TestCase("", "expected a header")]
    public void AHeaderThatDoesNotFitIsRefused(string header, string part) => AssertRefused(File(header, new byte[8]), part);

    [Test]
    public void AHeaderLengthBeyondReasonIsRefused()
    {
        AssertRefused([255, 255, 255, 255, 255, 255, 255, 255, .. "{}"u8], "expected a header of at most 25000000 bytes; found 18446744073709551615");
        AssertRefused([100, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8], "expected a header of 100 bytes, as the first 8 bytes say; found 2");
        Assert.That(() => Safetensors.Read(folder.File("none")), Throws.TypeOf<InputException>().With.Message.Contains("found nothing"));
    }

    [Test]
    public void MistakesOfTheProgramAreRefused()
    {
        Assert.That(() => Safetensors.Write(new MemoryStream(), new Dictionary<string, Tensor<float>> { ["__metadata__"] = new(new Shape(1)) }), Throws.ArgumentException);
        Assert.That(() => Safetensors.Write(new MemoryStream(), new Dictionary<string, Tensor<Half>> { ["w"] = new(new Shape(1)) }), Throws.TypeOf<NotSupportedException>());
    }

    private static byte[] File(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private string WriteTensor(string type, string shape, byte[] data) =>
        folder.Write("f", File("{\"w\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[0," + data.Length + "]}}", data));

    private T[] Read<T>(string type, string shape, byte[] data) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        Safetensors.Read(WriteTensor(type, shape, data)).Tensor<T>("w").Values.ToArray();

    private void AssertRefusedTensor(string type, string shape, byte[] data, string part)
    {
        SafetensorsFile file = Safetensors.Read(WriteTensor(type, shape, data));
        Assert.That(() => file.Tensor<float>("w"), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }

    private void AssertRefused(byte[] bytes, string part = "f: expected ")
    {
        string path = folder.Write("f", bytes);
        Assert.That(() => Safetensors.Read(path), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }
}
