using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Console;

/// <summary>refnet augment.</summary>
[TestFixture]
public sealed class AugmentCommandTests : SharedCommandTests
{
    [Test]
    public void ASheetOfOneAugmentationHasARowForEachImage()
    {
        string path = Folder.File("one.png");
        Refnet.Result result = Refnet.Run("augment", "--data", Bars.Path, "--augment", "digits", "--images", "3", "--variants", "4", "--out", path);
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("rows 1 to 3: elastic:"));
        Picture sheet = new PngReader(path, File.ReadAllBytes(path)).Read();
        Assert.That((sheet.Rows, sheet.Columns), Is.EqualTo((3 * 90 + 6, 5 * 90 + 6)));
    }

    [Test]
    public void WithoutANameEachTransformHasARow()
    {
        string path = Folder.File("all.png");
        Refnet.Result result = Refnet.Run("augment", "--data", Bars.Path, "--variants", "2", "--out", path);
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("row 3: flip").And.Contain("row 7: elastic:34:4").And.Not.Contain("pca"), "grey images have no principal colours");
        Assert.That(new PngReader(path, File.ReadAllBytes(path)).Read().Rows, Is.EqualTo(13 * 90 + 6));
    }

    [Test]
    public void MistakesAreExplained()
    {
        Assert.That(Refnet.Run("augment", "--data", Bars.Path).Error, Does.Contain("--out"));
        Assert.That(Refnet.Run("augment", "--data", Bars.Path, "--augment", "pca:0.1", "--out", Folder.File("grey.png")),
            Has.Property("Code").EqualTo(2).And.Property("Error").Contains("Expected colour images for pca:0.1; found images with 1 channel."));
        Assert.That(File.Exists(Folder.File("grey.png")), Is.False);
    }
}
