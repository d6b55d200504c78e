using NUnit.Framework;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Tests.Data;

/// <summary>CIFAR-10's binary files: a label and three planes of 32x32 each.</summary>
[TestFixture]
public sealed class CifarTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void AFileIsReadPlaneByPlane([Values] bool packed)
    {
        byte[] file = [.. Record(3, red: 10, green: 20, blue: 30), .. Record(9, 1, 2, 3)];
        ImageSet images = Cifar.ReadImages(folder.Write("any.bin", packed ? DataFolder.Gzip(file) : file));
        Assert.That((images.Count, images.Channels, images.Rows, images.Columns), Is.EqualTo((2, 3, 32, 32)));
        Assert.That(images.Labels.ToArray(), Is.EqualTo(new byte[] { 3, 9 }));
        Assert.That(images.ClassNames[3], Is.EqualTo("cat"));

        Tensor<float> batch = new Batches<float>(images, new PixelScaling(High: 255), batchSize: 2).InOrder().First().Images;
        Assert.That(batch.Shape, Is.EqualTo(new Shape(2, 3, 32, 32)));
        Assert.That(Enumerable.Range(0, 3).Select(channel => batch[0, channel, 31, 0]), Is.EqualTo(new[] { 10, 20, 30 }));
    }

    [TestCase("data_batch_{0}.bin")]
    [TestCase("train_{0}.bin")]
    public void AFolderIsReadInTheOrderOfItsNumbers(string name)
    {
        folder.Write(string.Format(name, 10), Record(2, 0, 0, 0));
        folder.Write(string.Format(name, 2), Record(1, 0, 0, 0));
        folder.Write(string.Format(name, 1), Record(0, 0, 0, 0));
        folder.Write("test_batch.bin", Record(7, 0, 0, 0));
        Dataset set = Dataset.Load(folder.Path, out IReadOnlyList<DataFile> files);
        Assert.That(set.Training.Labels.ToArray(), Is.EqualTo(new byte[] { 0, 1, 2 }));
        Assert.That(set.Test.Labels.ToArray(), Is.EqualTo(new byte[] { 7 }));
        Assert.That(files, Has.Count.EqualTo(4));
        Assert.That(files[0].Extents, Is.EqualTo(new[] { 1, 3, 32, 32 }));

        File.WriteAllText(folder.File("SHA256SUMS"), $"{new string('0', 64)}  test_batch.bin\n");
        Assert.That(() => Dataset.Load(folder.Path), Throws.TypeOf<InputException>().With.Message.Contains("test_batch.bin: expected contents with SHA-256 0000"));
    }

    [Test]
    public void WhatIsNoSuchFileIsRefused()
    {
        AssertRefused(new byte[3072], "expected records of 3073 bytes, a label and an image of 3x32x32; found 3072 bytes");
        AssertRefused([.. Record(0, 0, 0, 0), 1], "found 3074 bytes");
        AssertRefused([.. Record(0, 0, 0, 0), .. Record(10, 0, 0, 0)], "expected labels from 0 to 9; found 10 for image 1");
        Assert.That(() => Cifar.Load(folder.Path), Throws.TypeOf<InputException>().With.Message.Contains("data_batch_1.bin to data_batch_5.bin and test_batch.bin"));
    }

    private static byte[] Record(byte label, byte red, byte green, byte blue) =>
        [label, .. Enumerable.Repeat(red, 1024), .. Enumerable.Repeat(green, 1024), .. Enumerable.Repeat(blue, 1024)];

    private void AssertRefused(byte[] file, string part)
    {
        string path = folder.Write("f", file);
        Assert.That(() => Cifar.ReadImages(path), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }
}
