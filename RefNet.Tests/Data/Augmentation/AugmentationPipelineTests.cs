using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Tensors;
using RefNet.Tests.Training;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>Augmentation of batches: which images, with which draws, at what cost in memory.</summary>
[TestFixture, NonParallelizable]
public sealed class AugmentationPipelineTests
{
    private const string Everything = "digits,noise:0.1,flip,brightness:0.3,colour:0.1,cutout:5,crop:2";

    private static readonly ImageSet Images = SyntheticData.Create(trainingImages: 60).Training;

    private int threads;

    [SetUp]
    public void RememberThreads() => threads = ParallelLoop.MaxThreads;

    [TearDown]
    public void RestoreThreads() => ParallelLoop.MaxThreads = threads;

    [Test]
    public void TheBitsDependOnSeedEpochAndImageAlone()
    {
        ParallelLoop.MaxThreads = 1;
        float[][] expected = Epoch(Images, Everything, batchSize: 60);
        foreach ((int count, int batchSize) in new[] { (1, 7), (2, 60), (2, 1), (7, 13) })
        {
            ParallelLoop.MaxThreads = count;
            Assert.That(Epoch(Images, Everything, batchSize), Is.EqualTo(expected), $"{count} threads, {batchSize} images in a batch");
        }

        // Also in a shorter set, where the images come in another order.
        Assert.That(Epoch(Images.Take(20), Everything, batchSize: 6), Is.EqualTo(expected[..20]));
    }

    [Test]
    public void OtherImagesEpochsAndSeedsHaveOtherDraws([ValueSource(nameof(Names))] string name)
    {
        // The same picture 40 times.
        ImageSet same = Images.Select(new int[40]);
        IEnumerable<string> seen = new[] { (1, 1), (1, 2), (2, 1) }.SelectMany(draw => Epoch(same, name, batchSize: 8, draw.Item1, draw.Item2)).Select(image => string.Join(' ', image));
        Assert.That(seen.Distinct().Count(), name == "flip" ? Is.EqualTo(2) : Is.GreaterThan(20));
    }

    [Test]
    public void TwoOfAKindDrawTwice()
    {
        ImageDraws first = new(1, 1, 1, place: 0), second = new(1, 1, 1, place: 1);
        Assert.That(first.Uniform(0, 1), Is.Not.EqualTo(second.Uniform(0, 1)));
    }

    [Test]
    public void OnlyShuffledPassesAreAugmented()
    {
        float[][] plain = InOrder(new Batches<float>(Images, new PixelScaling(), 8));
        Assert.That(InOrder(new Batches<float>(Images, new PixelScaling(), 8, AugmentationNames.Create(Everything))), Is.EqualTo(plain));
        Assert.That(Epoch(Images, "shift:0", 8), Is.EqualTo(plain));

        static float[][] InOrder(Batches<float> batches) =>
            [.. batches.InOrder().SelectMany(batch => Enumerable.Range(0, batch.Count).Select(n => batch.Images.Sample(n).ToArray()))];
    }

    [Test]
    public void DoubleIsAugmentedAsFloat()
    {
        AugmentationPipeline pipeline = AugmentationNames.Create("digits");
        float[] single = new Batches<float>(Images, new PixelScaling(), 8, pipeline).Shuffled(1, 1).First().Images.Values.ToArray();
        double[] twice = new Batches<double>(Images, new PixelScaling(), 8, pipeline).Shuffled(1, 1).First().Images.Values.ToArray();
        Assert.That(twice, Is.EqualTo(single));
    }

    [Test]
    public void TheBorderOfTheScalingIsPartOfTheImage()
    {
        Tensor<float> images = new Batches<float>(Images, new PixelScaling(-0.1, 1.175, Padding: 2), 8, AugmentationNames.Create("crop:2")).Shuffled(1, 1).First().Images;
        Assert.That(images.Shape, Is.EqualTo(new Shape(8, 1, 32, 32)));
        Assert.That(images.Values.ToArray(), Is.All.InRange(-0.1f, 1.175f));
    }

    [Test]
    public void ImagesThatDoNotSuitAreRefusedBeforeTraining() =>
        Assert.That(() => new Batches<float>(Images, new PixelScaling(), 8, AugmentationNames.Create("pca:0.1")), Throws.TypeOf<InputException>());

    [Test]
    public void NothingIsAllocatedOnceWarm([ValueSource(nameof(Names))] string name)
    {
        AugmentationPipeline pipeline = AugmentationNames.Create(name);
        float[] sample = new float[28 * 28];
        Shape shape = new(1, 28, 28);
        PixelScaling scaling = new();
        long Allocated(int image)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            pipeline.Apply<float>(sample, shape, scaling, seed: 1, epoch: 1, image);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The least of several: the runtime may allocate on this thread too, but not each time.
        Assert.That(Enumerable.Range(0, 20).Min(Allocated), Is.Zero);
    }

    public static IEnumerable<string> Names => ["shift:2", "crop:2", "flip", "rotate:10", "scale:0.8:1.2", "shear:10", "elastic:34:4", "brightness:0.3", "colour:0.1", "noise:0.1", "cutout:5", "digits", "cifar"];

    // The images of an epoch, in the order of the set.
    private static float[][] Epoch(ImageSet images, string names, int batchSize, int seed = 1, int epoch = 1)
    {
        float[][] seen = new float[images.Count][];
        foreach (Batch<float> batch in new Batches<float>(images, new PixelScaling(), batchSize, AugmentationNames.Create(names)).Shuffled(seed, epoch))
        {
            for (int n = 0; n < batch.Count; n++)
                seen[batch.Places[n]] = batch.Images.Sample(n).ToArray();
        }

        return seen;
    }
}
