using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Data;

/// <summary>The reader of MNIST's four files, over the set that comes with the project and over damaged ones.</summary>
[TestFixture]
public sealed class MnistTests
{
    private const string FashionMnist = "/usr/share/datasets/fashion-mnist";

    [Test]
    public void MnistComesWithTheProject()
    {
        Dataset mnist = Mnist.Load(DataFolder.Mnist, out IReadOnlyList<DataFile> files);

        Assert.That(mnist.Name, Is.EqualTo("mnist"));
        Assert.That((mnist.Training.Count, mnist.Test.Count), Is.EqualTo((60000, 10000)));
        Assert.That((mnist.Training.Rows, mnist.Training.Columns), Is.EqualTo((28, 28)));
        Assert.That(files.Select(file => file.SumAgreed), Is.All.True, "SHA256SUMS stands beside the files");
        Assert.That(mnist.Training.ClassNames, Is.EqualTo("0123456789".Select(digit => $"{digit}")));
        Assert.That(mnist.Training.Labels[..10].ToArray(), Is.EqualTo(new[] { 5, 0, 4, 1, 9, 2, 1, 3, 1, 4 }), "the well-known first digits");
        Assert.That(mnist.Test.Labels[..5].ToArray(), Is.EqualTo(new[] { 7, 2, 1, 0, 4 }));
    }

    [Test]
    public void FashionMnistIsReadWithoutSums()
    {
        if (!Mnist.IsIn(FashionMnist))
            Assert.Ignore($"{FashionMnist} is missing: install Debian's dataset-fashion-mnist to run this test.");

        Dataset fashion = Mnist.Load(FashionMnist, out IReadOnlyList<DataFile> files);
        Assert.That((fashion.Training.Count, fashion.Test.Count), Is.EqualTo((60000, 10000)));
        Assert.That(files.Select(file => file.SumAgreed), Is.All.False);
    }

    [Test]
    public void FilesMayBePackedOrNot()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        foreach (string name in DataFolder.Names.Take(2))
        {
            folder.Write(name + ".gz", DataFolder.Gzip(File.ReadAllBytes(folder.File(name))));
            File.Delete(folder.File(name));
        }

        Dataset set = Mnist.Load(folder.Path);
        Assert.That((set.Training.Count, set.Test.Count), Is.EqualTo((6, 4)));
        Assert.That(set.Training.Pixels(1)[0], Is.EqualTo(unchecked((byte)(784 * 7))));
        Assert.That(set.Test.Labels.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void ClassNamesMayStandBesideTheFiles()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        File.WriteAllText(folder.File("classes.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        Assert.That(Mnist.Load(folder.Path).Test.ClassNames[9], Is.EqualTo("j"));

        File.WriteAllText(folder.File("classes.txt"), "a\nb\n");
        AssertRefused(folder, "classes.txt: expected 10 names, one per line; found 2.");
    }

    [Test]
    public void AMissingFolderIsNamed() =>
        Assert.That(() => Mnist.Load("no/such/folder"), Throws.TypeOf<InputException>().With.Message.Contains("no/such/folder: expected a folder"));

    [Test]
    public void AMissingFileIsNamed([Range(0, 3)] int missing)
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        File.Delete(folder.File(DataFolder.Names[missing]));
        Assert.That(Mnist.IsIn(folder.Path), Is.False);
        AssertRefused(folder, DataFolder.Names[missing], "-ubyte.gz; found none of them");
    }

    [Test]
    public void CountsThatDifferAreRefused()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        folder.Write(DataFolder.Names[1], DataFolder.Idx([5], new byte[5]));
        AssertRefused(folder, "train-labels-idx1-ubyte: expected 6 labels, one for each image in train-images-idx3-ubyte; found 5.");
    }

    [Test]
    public void ALabelAboveNineIsRefused()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        folder.Write(DataFolder.Names[3], DataFolder.Idx([4], [0, 9, 10, 1]));
        AssertRefused(folder, "t10k-labels-idx1-ubyte: expected labels from 0 to 9; found 10 for image 2");
    }

    [Test]
    public void TestImagesOfAnotherSizeAreRefused()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        folder.Write(DataFolder.Names[2], DataFolder.Idx([4, 2, 3], new byte[24]));
        AssertRefused(folder, "t10k-images-idx3-ubyte: expected images of 28x28", "found 2x3");
    }

    [Test]
    public void AnEmptySetIsRefused()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        folder.Write(DataFolder.Names[0], DataFolder.Idx([0, 28, 28], []));
        folder.Write(DataFolder.Names[1], DataFolder.Idx([0], []));
        AssertRefused(folder, "expected at least one image", "found 0x28x28");
    }

    [Test]
    public void ASumThatDiffersIsRefused()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        File.WriteAllText(folder.File("SHA256SUMS"), $"{new string('0', 64)}  t10k-labels-idx1-ubyte\n");
        AssertRefused(folder, "t10k-labels-idx1-ubyte: expected contents with SHA-256 0000", "as SHA256SUMS says");
    }

    [Test]
    public void NamesWithADotAreRead([Values] bool packed)
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        foreach (string name in DataFolder.Names)
        {
            byte[] bytes = File.ReadAllBytes(folder.File(name));
            File.Delete(folder.File(name));
            folder.Write(name.Replace("-idx", ".idx") + (packed ? ".gz" : ""), packed ? DataFolder.Gzip(bytes) : bytes);
        }

        Assert.That(Mnist.IsIn(folder.Path));
        Assert.That(Mnist.Load(folder.Path).Test.Labels.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [TestCase("{0}  {1}\n")]
    [TestCase("{0}  ./{1}\n")]
    [TestCase("{0} *{1}\n")]
    [TestCase("{0} *./{1}\r\n")]
    public void SumsAreReadAsTheToolsWriteThem(string line)
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        File.WriteAllText(folder.File("SHA256SUMS"), string.Concat(DataFolder.Names.Select(name => string.Format(line, Sum(folder, name), name))));
        Mnist.Load(folder.Path, out IReadOnlyList<DataFile> files);
        Assert.That(files.Select(file => file.SumAgreed), Is.All.True);

        File.WriteAllText(folder.File("SHA256SUMS"), string.Format(line, new string('0', 64), DataFolder.Names[3]));
        AssertRefused(folder, "t10k-labels-idx1-ubyte: expected contents with SHA-256 0000");
    }

    [Test]
    public void ASumOfAPackedFileIsThatOfItsBytes()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        string packed = DataFolder.Names[1] + ".gz";
        folder.Write(packed, DataFolder.Gzip(File.ReadAllBytes(folder.File(DataFolder.Names[1]))));
        File.Delete(folder.File(DataFolder.Names[1]));
        File.WriteAllText(folder.File("SHA256SUMS"), $"{Sum(folder, packed)}  {packed}\n");
        Mnist.Load(folder.Path, out IReadOnlyList<DataFile> files);
        Assert.That(files[1].SumAgreed);

        File.WriteAllText(folder.File("SHA256SUMS"), $"{new string('0', 64)}  {packed}\n");
        AssertRefused(folder, packed + ": expected contents with SHA-256 0000");
    }

    [Test]
    public void ASumThatAppliesToNothingIsRefused()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        File.WriteAllText(folder.File("SHA256SUMS"), $"{new string('0', 64)}  train-images\n");
        AssertRefused(folder, "SHA256SUMS: expected names of existing files; found 'train-images'.");
        File.WriteAllText(folder.File("SHA256SUMS"), $"{new string('0', 64)}  mnist/train-images-idx3-ubyte\n");
        AssertRefused(folder, "SHA256SUMS: expected names of files in its own folder; found 'mnist/");
        File.WriteAllText(folder.File("SHA256SUMS"), $"{Sum(folder, DataFolder.Names[0])}  {DataFolder.Names[0]}\n{new string('0', 64)}  ./{DataFolder.Names[0]}\n");
        AssertRefused(folder, "SHA256SUMS: expected each file once");
    }

    [Test]
    public void OtherListedFilesAreComparedToo()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        folder.Write("notes.txt", [1, 2, 3]);
        File.WriteAllText(folder.File("SHA256SUMS"), $"{Sum(folder, "notes.txt")}  notes.txt\n");
        Assert.That(Mnist.Load(folder.Path).Test.Count, Is.EqualTo(4));
        folder.Write("notes.txt", [1, 2, 4]);
        AssertRefused(folder, "notes.txt: expected contents with SHA-256");
    }

    [TestCase("hello")]
    [TestCase("ba891046  train-images-idx3-ubyte")]
    public void ALineThatIsNoSumIsRefused(string line)
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        File.WriteAllText(folder.File("SHA256SUMS"), line + "\n");
        AssertRefused(folder, "SHA256SUMS: expected lines in the format of sha256sum", line);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void ImagesThatARunDoesNotUseAreCheckedButNotKept(bool packed)
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        if (packed)
        {
            folder.Write(DataFolder.Names[0] + ".gz", DataFolder.Gzip(File.ReadAllBytes(folder.File(DataFolder.Names[0]))));
            File.Delete(folder.File(DataFolder.Names[0]));
        }

        RunOptions options = RunOptions.Of(Architectures.Find("mlp")) with { Validation = 2, Limit = 1 };
        Dataset whole = Mnist.Load(folder.Path, out IReadOnlyList<DataFile> files), part = Mnist.Load(folder.Path, options.Uses, out IReadOnlyList<DataFile> partFiles);
        Assert.That(partFiles.Select(file => (file.Sha256, file.SumAgreed)), Is.EqualTo(files.Select(file => (file.Sha256, file.SumAgreed))));
        Assert.That(part.Sha256, Is.EqualTo(whole.Sha256));
        Assert.That(part.Training.Count, Is.EqualTo(6));

        (ImageSet wantedTraining, ImageSet wantedValidation) = options.Split(whole.Training);
        (ImageSet training, ImageSet validation) = options.Split(part.Training);
        Assert.That(training.Pixels(0).ToArray(), Is.EqualTo(wantedTraining.Pixels(0).ToArray()));
        for (int n = 0; n < 2; n++)
            Assert.That(validation.Pixels(n).ToArray(), Is.EqualTo(wantedValidation.Pixels(n).ToArray()));
        Assert.That(() => _ = training.Pixels(1).Length, Throws.InvalidOperationException.With.Message.Contains("was left out"));
    }

    [Test]
    public void ASelectionHoldsItsImagesAlone()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        IdxFile labels = IdxFile.Read(folder.File(DataFolder.Names[1]), axes: 1);
        IdxSelection selection = IdxSelection.Read(folder.File(DataFolder.Names[0]), "labels", labels, [false, true, false, false, true, false]);
        ReadOnlySpan<byte> all = IdxFile.Read(folder.File(DataFolder.Names[0]), axes: 3).Elements.Span;
        Assert.That(selection.Pixels.ToArray(), Is.EqualTo((byte[])[.. all[784..1568], .. all[3136..3920]]));
    }

    private static string Sum(DataFolder folder, string name) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder.File(name))));

    private static void AssertRefused(DataFolder folder, params string[] parts)
    {
        string message = Assert.Throws<InputException>(() => Mnist.Load(folder.Path))!.Message;
        foreach (string part in parts)
            Assert.That(message, Does.Contain(part));
        Assert.That(() => Mnist.Load(folder.Path, count => new bool[count], out _), Throws.TypeOf<InputException>().With.Message.EqualTo(message), "images that are left out are checked, too");
    }
}
