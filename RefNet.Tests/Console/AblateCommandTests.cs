using NUnit.Framework;

namespace RefNet.Tests.Console;

/// <summary>refnet ablate over a small set that is quick to learn.</summary>
[TestFixture]
public sealed class AblateCommandTests : CommandTests
{
    private Refnet.Result Ablate(params string[] more) =>
        Refnet.Run(["ablate", "mlp", "--data", Bars.Path, "--epochs", "1", "--out", Folder.File("ablation"), .. more]);

    [Test]
    public void EachVariantIsTrainedOnTheSameSeedsAndComparedByHeldOutImages()
    {
        string[] options = ["--optimizer", "sgd", "--weight-decay", "0", "--schedule", "constant", "--average", "0.9"];
        Refnet.Result result = Ablate(["--seeds", "2", "--validation", "60", .. options]);
        Assert.That(result.Code, Is.Zero, $"{result}");
        string[][] rows = [.. File.ReadAllLines(Folder.File("ablation/ablation.csv")).Skip(1).Select(row => row.Split(','))];
        Assert.That(rows.Select(row => $"{row[0]} {row[1]}"), Is.EqualTo(new[] { "recipe 1", "recipe 2", "average 1", "average 2" }));
        double[] errors = [.. rows.Select(row => 100 * double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture))];
        double difference = (errors[2] + errors[3] - errors[0] - errors[1]) / 2;
        Assert.That(result.Output, Does.Contain("without the average of the weights").And.Contain(
            difference.ToString("+0.000;-0.000;0.000", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(result.Output, Does.Contain("No test image was used.").And.Not.Contain("Test error"));

        DateTime written = File.GetLastWriteTimeUtc(Folder.File("ablation/average/seed-2/last.safetensors"));
        Refnet.Result again = Ablate(["--seeds", "3", "--validation", "60", "--threads", "1", .. options]);
        Assert.That(again.Code, Is.Zero, $"{again}");
        Assert.That(File.GetLastWriteTimeUtc(Folder.File("ablation/average/seed-2/last.safetensors")), Is.EqualTo(written), "what is done is not done again");
    }

    [Test]
    public void AVariantThatDivergesIsSaidToHave()
    {
        Refnet.Result result = Ablate("--seeds", "1", "--validation", "60", "--learning-rate", "1e30");
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("the whole recipe: diverged"));
    }

    [Test]
    public void WithoutHeldOutImagesThereIsNothingToCompareBy()
    {
        Refnet.Result result = Ablate("--validation", "0");
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain("--validation: expected 1 or more, since variants are compared on held-out images; found 0."));
    }
}
