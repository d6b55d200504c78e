using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Data;

namespace RefNet.Tests;

/// <summary>
/// Small files of every format, changed at random: each is read or refused with an InputException, in memory that its size justifies.
/// </summary>
[TestFixture]
public sealed class MutatedFilesTests
{
    private const int Mutations = 400;
    private const long MostBytes = 32 << 20;

    private static readonly byte[] Palette = Png.Chunk("PLTE", [0, 0, 0, 255, 255, 255, 255, 0, 0, 9, 9, 9]);

    private static IEnumerable<TestCaseData> Files()
    {
        (string Name, Action<byte[]> Read, byte[] File)[] files =
        [
            ("grey PNG", ReadPicture, Png.Write(3, 8, 0, [[0, 0, 100, 255], [4, 1, 2, 3]])),
            ("PNG of 16 bits", ReadPicture, Png.Write(2, 16, 6, [[1, .. new byte[16]], [2, .. new byte[16]]])),
            ("palette PNG", ReadPicture, Png.Write(5, 2, 3, [[0, 0x1B, 0x40]], Palette, Png.Chunk("tRNS", [1, 2]))),
            ("interlaced PNG", ReadPicture, [.. Png.Signature, .. Png.Header(1, 1, 8, 0, interlace: 1), .. Png.Chunk("IDAT", Png.Compress([0, 7])), .. Png.Chunk("IEND", [])]),
            ("baseline JPEG", ReadPicture, Jpegs.Baseline),
            ("progressive JPEG", ReadPicture, Jpegs.Progressive),
            ("CMYK JPEG", ReadPicture, Jpegs.Cmyk),
            ("text PGM", ReadPicture, [.. "P2 # c\n3 2 255\n0 1 2 3 4 5\n"u8]),
            ("binary PPM", ReadPicture, [.. "P6 2 1 255\n"u8, 1, 2, 3, 4, 5, 6]),
            ("binary PBM", ReadPicture, [.. "P4 9 2\n"u8, 1, 2, 3, 4]),
            ("IDX", ReadIdx, DataFolder.Idx([2, 3, 4], new byte[24])),
            ("gzip", ReadIdx, [.. DataFolder.Gzip(DataFolder.Idx([2, 3, 4], new byte[24])[..20]), .. DataFolder.Gzip(new byte[20])]),
            ("safetensors", ReadTensors, Written(stream => Safetensors.Write(stream, Tensors, new Dictionary<string, string> { ["a"] = "b" }))),
            ("npy", ReadTensors, Written(stream => NumPy.WriteNpy(stream, Tensors["w"]))),
            ("npz", ReadTensors, Written(stream => NumPy.WriteNpz(stream, Tensors))),
            ("deflated npz", ReadTensors, Written(stream => NumPy.WriteNpz(stream, Tensors, CompressionLevel.Optimal))),
        ];
        return files.Select(file => new TestCaseData(file.Read, file.File).SetArgDisplayNames(file.Name));
    }

    private static Dictionary<string, Tensor<float>> Tensors => new() { ["w"] = new(new Shape(2, 3), [1, 2, 3, 4, 5, 6]), ["b"] = new(new Shape(1), [7]) };

    [TestCaseSource(nameof(Files))]
    public void AChangedFileIsReadOrRefused(Action<byte[]> read, byte[] file)
    {
        read(file); // it is good as it is
        Random random = Seeds.Create(1);
        for (int n = 0; n < Mutations; n++)
        {
            byte[] changed = Changed(file, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(changed);
            }
            catch (InputException)
            {
            }
            catch (Exception error)
            {
                Assert.Fail($"{error.GetType().Name} for {Convert.ToHexString(changed)}: {error.Message}\n{error.StackTrace}");
            }

            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MostBytes), Convert.ToHexString(changed));
        }
    }

    private static void ReadPicture(byte[] file) => ImageFile.Decode("f", file);

    private static void ReadIdx(byte[] file) => IdxFile.Parse("f", GzipData.Unpack("f", file), axes: 3);

    private static void ReadTensors(byte[] file)
    {
        foreach (StoredTensor tensor in TensorFile.Parse("f", file).Tensors)
            tensor.To<float>();
    }

    private static byte[] Written(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }

    // One to three changes: a bit, a byte, an extreme byte, a cut, something put in, the end cut off.
    private static byte[] Changed(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int changes = random.Next(1, 4); changes > 0 && bytes.Count > 4; changes--)
        {
            int place = random.Next(random.Next(2) == 0 ? Math.Min(40, bytes.Count) : bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[place] = (byte)(255 * random.Next(2));
                    break;
                case 3:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place));
                    break;
                case 4:
                    bytes.InsertRange(place, Encoding.ASCII.GetBytes($"{random.Next()}"));
                    break;
                case 5 when random.Next(4) == 0:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
            }
        }

        byte[] changed = [.. bytes];
        return PngReader.IsPng(changed) && random.Next(4) > 0 ? Png.WithChecksums(changed) : changed;
    }
}
