using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Networks and views that decide together (LECTURES T12).</summary>
[TestFixture]
public sealed class EnsembleTests
{
    // Ten probabilities in float, each rounded by 6e-8 of itself and by its exponential's last digits: -ln p moves by as much.
    private const double Rounding = 1e-6;

    private static readonly ImageSet images = SyntheticData.Create().Test;

    private static EnsembleMember<float> Member(int seed, string model = "mlp")
    {
        Architecture architecture = Architectures.Find(model);
        return new(architecture.Create<float>(seed), architecture.CreateClassificationLoss<float>(), architecture.Scaling());
    }

    [Test]
    public void T12_TheLossOfTheMeanIsAtMostTheMeanOfTheLosses()
    {
        Ensemble ensemble = Ensemble.Run([Member(1), Member(2), Member(3)], images, ImageView.All(shifts: 1, mirrored: true));
        double mean = ensemble.Alone.Average(member => member.Loss), meanOfViewed = ensemble.WithViews.Average(member => member.Loss);
        Assert.That(ensemble.Together.Loss, Is.LessThan(meanOfViewed), "strictly: the networks differ");
        Assert.That(ensemble.WithViews.Zip(ensemble.Alone).All(pair => pair.First.Loss != pair.Second.Loss), "views differ");
        Assert.That(mean, Is.GreaterThan(0));
    }

    [Test]
    public void T12_OneNetworkAndOneViewAreTheUsualTest()
    {
        EnsembleMember<float> member = Member(4);
        Evaluation usual = Evaluation.Run(member.Network, member.Loss, images, member.Scaling);
        Ensemble ensemble = Ensemble.Run([member], images, ImageView.All(0, mirrored: false));
        foreach (Evaluation one in new[] { ensemble.Alone[0], ensemble.WithViews[0], ensemble.Together })
        {
            Assert.That(one.Loss, Is.EqualTo(usual.Loss).Within(Rounding));
            Assert.That(one.Confusion.Errors, Is.EqualTo(usual.Confusion.Errors));
        }

        Ensemble twice = Ensemble.Run([member, member], images, ImageView.All(0, mirrored: false));
        Assert.That(twice.Together.Loss, Is.EqualTo(usual.Loss).Within(Rounding), "of twice the same network the mean is the same");
    }

    // By hand: two networks that give p and q for the classes of one image.
    [Test]
    public void T12_ProbabilitiesAreAveraged()
    {
        EnsembleMember<float> a = Member(5), b = Member(6);
        ImageSet one = images.Take(1);
        Ensemble both = Ensemble.Run([a, b], one, ImageView.All(0, mirrored: false));
        double p = Math.Exp(-both.Alone[0].Loss), q = Math.Exp(-both.Alone[1].Loss);
        Assert.That(both.Together.Loss, Is.EqualTo(-Math.Log((p + q) / 2)).Within(Rounding));
    }

    [Test]
    public void ALossWithoutProbabilitiesIsRefused() =>
        Assert.That(() => Ensemble.Run([Member(1, "perceptron")], images, ImageView.All(0, mirrored: false)),
            Throws.TypeOf<InputException>().With.Message.Contains("by their probabilities, which PerceptronCriterion does not give"));

    [Test]
    public void ViewsMoveAndMirror()
    {
        ImageSet two = new(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, new byte[] { 0 }, rows: 2, columns: 3, ["a"], channels: 2);
        byte[] Seen(ImageView view) => view.Of(two).Pixels(0).ToArray();
        Assert.That(Seen(default), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }));
        Assert.That(Seen(new ImageView(1, 0)), Is.EqualTo(new byte[] { 0, 0, 0, 1, 2, 3, 0, 0, 0, 7, 8, 9 }));
        Assert.That(Seen(new ImageView(0, -1)), Is.EqualTo(new byte[] { 2, 3, 0, 5, 6, 0, 8, 9, 0, 11, 12, 0 }));
        Assert.That(Seen(new ImageView(0, 0, IsMirrored: true)), Is.EqualTo(new byte[] { 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10 }));
        Assert.That(Seen(new ImageView(-1, 1, IsMirrored: true)), Is.EqualTo(new byte[] { 0, 6, 5, 0, 0, 0, 0, 12, 11, 0, 0, 0 }));
        Assert.That(Seen(new ImageView(5, 5)), Is.All.Zero);
    }

    [TestCase(0, false, 1), TestCase(1, false, 9), TestCase(2, true, 50)]
    public void AllViewsBeginWithTheImageItself(int shifts, bool mirrored, int count)
    {
        IReadOnlyList<ImageView> views = ImageView.All(shifts, mirrored);
        Assert.That(views[0], Is.EqualTo(default(ImageView)));
        Assert.That(views, Is.Unique.And.Count.EqualTo(count));
    }
}
