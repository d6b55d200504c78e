using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>Folders of pictures by class.</summary>
[TestFixture]
public sealed class ImageFolderTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = new DataFolder();
        Write("train/class10/a.pgm", "P2 2 1 255 1 2");
        Write("train/class2/img10.pgm", "P2 2 1 255 5 6");
        Write("train/class2/img9.PGM", "P2 2 1 255 3 4");
        Write("train/class2/Thumbs.db", "no picture");
        Write("train/class2/._img9.pgm", "no picture");
        Write("test/class2/x.pgm", "P2 2 1 255 7 8");
        Write("test/class10/y.pgm", "P2 2 1 255 9 10");
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void ClassesAndPicturesComeInNaturalOrder()
    {
        Dataset set = Dataset.Load(folder.Path, out IReadOnlyList<DataFile> files);
        Assert.That(set.Training.ClassNames, Is.EqualTo(new[] { "class2", "class10" }));
        Assert.That(set.Training.Labels.ToArray(), Is.EqualTo(new byte[] { 0, 0, 1 }));
        Assert.That(Pixels(set.Training), Is.EqualTo(new byte[] { 3, 4, 5, 6, 1, 2 }));
        Assert.That(Pixels(set.Test), Is.EqualTo(new byte[] { 7, 8, 9, 10 }));
        Assert.That((set.Training.Channels, set.Training.Rows, set.Training.Columns), Is.EqualTo((1, 1, 2)));
        Assert.That(files.Select(file => file.Extents[0]), Is.EqualTo(new[] { 2, 1, 1, 1 }));
    }

    [Test]
    public void OneColourMakesAllOfThemColoured()
    {
        Write("test/class2/z.ppm", "P3 2 1 255 1 2 3 4 5 6");
        Dataset set = ImageFolder.Load(folder.Path);
        Assert.That((set.Training.Channels, set.Test.Channels), Is.EqualTo((3, 3)));
        Assert.That(set.Test.Pixels(1).ToArray(), Is.EqualTo(new byte[] { 1, 4, 2, 5, 3, 6 }), "plane after plane");
        Assert.That(set.Training.Pixels(0).ToArray(), Is.EqualTo(new byte[] { 3, 4, 3, 4, 3, 4 }), "grey in all three");
    }

    [Test]
    public void ClearPixelsShowWhitePaper()
    {
        Picture picture = new([10, 20, 30, 255, 10, 20, 30, 0], rows: 1, columns: 2, channels: 4);
        byte[] planes = new byte[6];
        picture.WritePlanes(3, planes);
        Assert.That(planes, Is.EqualTo(new byte[] { 10, 255, 20, 255, 30, 255 }));
    }

    [Test]
    public void OneFolderOfClassesIsASetOfImages() => Assert.That(ImageFolder.ReadImages(folder.File("train")).Count, Is.EqualTo(3));

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        Write("test/class2/z.pgm", "P2 1 2 255 1 2");
        AssertRefused("z.pgm: expected a picture of 2x1, as ", "found one of 1x2");
        Write("test/class2/z.pgm", "text");
        AssertRefused("z.pgm: expected a PNG, JPEG");
        File.Delete(folder.File("test/class2/z.pgm"));
        File.Delete(folder.File("test/class2/x.pgm"));
        AssertRefused("class2: expected pictures (.png");
        Directory.Delete(folder.File("test/class2"));
        AssertRefused("test: expected the classes of train: class2, class10; found class10.");
        Directory.Delete(folder.File("test"), recursive: true);
        AssertRefused("expected folders train and test");
        Assert.That(() => ImageFolder.ReadImages(folder.File("none")), Throws.TypeOf<InputException>());
    }

    [TestCase("a2", "a10", -1)]
    [TestCase("a02", "a2", -1)]
    [TestCase("a", "a1", -1)]
    [TestCase("1", "a", -1)]
    [TestCase("99999999999999999999", "100000000000000000000", -1)]
    [TestCase("x1y3", "x1y20", -1)]
    [TestCase("same", "same", 0)]
    public void NamesAreOrderedAsPeopleCount(string first, string second, int order)
    {
        Assert.That(Math.Sign(NaturalOrder.Instance.Compare(first, second)), Is.EqualTo(order));
        Assert.That(Math.Sign(NaturalOrder.Instance.Compare(second, first)), Is.EqualTo(-order));
    }

    private static byte[] Pixels(ImageSet set) => [.. Enumerable.Range(0, set.Count).SelectMany(n => set.Pixels(n).ToArray())];

    private void Write(string path, string contents)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(path))!);
        File.WriteAllText(folder.File(path), contents);
    }

    private void AssertRefused(params string[] parts)
    {
        string message = Assert.Throws<InputException>(() => ImageFolder.Load(folder.Path))!.Message;
        foreach (string part in parts)
            Assert.That(message, Does.Contain(part));
    }
}
