using System.Buffers;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Tests.Data;

/// <summary>Mini-batches: every image once a pass, in an order that seed and epoch alone decide.</summary>
[TestFixture]
public sealed class BatchesTests
{
    private const int Rows = 2;
    private const int Columns = 3;

    [Test]
    public void T1_APassTakesEveryImageExactlyOnce([Values(1, 7, 10, 23, 100)] int batchSize)
    {
        Batches<float> batches = new(Images(23), new PixelScaling(), batchSize);
        List<int> places = [];
        foreach (Batch<float> batch in batches.Shuffled(seed: 1, epoch: 2))
        {
            Assert.That(batch.Count, Is.EqualTo(Math.Min(batchSize, 23 - places.Count)), "only the last batch is smaller");
            places.AddRange(batch.Places);
        }

        Assert.That(places, Is.EquivalentTo(Enumerable.Range(0, 23)));
        Assert.That(places, Is.Not.Ordered);
        Assert.That(batches.Count, Is.EqualTo((23 + batchSize - 1) / batchSize));
    }

    [Test]
    public void ABatchHoldsWhatItsPlacesSay()
    {
        ImageSet set = Images(23);
        PixelScaling scaling = new(Low: -1, High: 254, Padding: 1);
        Batches<double> batches = new(set, scaling, 5);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            foreach (Batch<double> batch in batches.Shuffled(1, epoch))
            {
                Assert.That(batch.Images.Shape, Is.EqualTo(new Shape(batch.Count, 1, Rows + 2, Columns + 2)));
                Assert.That(batch.Targets.Values.Shape, Is.EqualTo(new Shape(batch.Count, 10)));
                for (int n = 0; n < batch.Count; n++)
                {
                    int place = batch.Places[n];
                    Assert.That(batch.Labels[n], Is.EqualTo(set.Labels[place]));
                    Assert.That(batch.Targets.Values.Sample(n).ToArray(), Is.EqualTo(Enumerable.Range(0, 10).Select(c => c == set.Labels[place] ? 1.0 : 0.0)));
                    Assert.That(batch.Images[n, 0, 1 + 1, 1 + 2], Is.EqualTo(set.Pixels(place)[1 * Columns + 2] - 1.0), "low is -1 and a step of a byte is 1");
                    Assert.That(batch.Images[n, 0, 0, 2], Is.EqualTo(-1), "the border has the value of byte 0");
                }
            }
        }
    }

    [Test]
    public void TheOrderDependsOnSeedAndEpochAlone()
    {
        int[] Order(int seed, int epoch, int batchSize) =>
            [.. new Batches<float>(Images(50), new PixelScaling(), batchSize).Shuffled(seed, epoch).SelectMany(batch => batch.Places.ToArray())];

        int[] order = Order(seed: 3, epoch: 4, batchSize: 8);
        Assert.That(Order(3, 4, batchSize: 50), Is.EqualTo(order));
        Assert.That(Order(3, 5, batchSize: 8), Is.Not.EqualTo(order));
        Assert.That(Order(4, 4, batchSize: 8), Is.Not.EqualTo(order));
    }

    [Test]
    public void EveryOrderIsEquallyLikely()
    {
        // 24 orders of 4, 2,400 draws: chi-squared with 23 degrees of freedom exceeds 49.7 once in 1,000 seeds.
        Dictionary<string, int> counts = [];
        for (int epoch = 0; epoch < 2400; epoch++)
        {
            string order = string.Concat(Shuffling.Permutation(4, seed: 1, epoch));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.That(counts, Has.Count.EqualTo(24));
        Assert.That(counts.Values.Sum(count => (count - 100.0) * (count - 100.0) / 100), Is.LessThan(49.7));
    }

    [Test]
    public void InOrderKeepsTheOrderOfTheSet() =>
        Assert.That(new Batches<float>(Images(23), new PixelScaling(), 5).InOrder().SelectMany(batch => batch.Places.ToArray()), Is.EqualTo(Enumerable.Range(0, 23)));

    [Test]
    public void MemoryIsReusedFromBatchToBatch()
    {
        // The order and a few small objects a pass, and nothing for each batch: as much for 100 batches as for 2.
        Assert.That(AllocatedByAPass(batchSize: 10), Is.EqualTo(AllocatedByAPass(batchSize: 500)).Within(100));

        static long AllocatedByAPass(int batchSize)
        {
            Batches<float> batches = new(Images(1000), new PixelScaling(), batchSize);
            // The least of several passes: the runtime may allocate on this thread too, but not each time.
            return Enumerable.Range(0, 5).Min(epoch =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Assert.That(batches.Shuffled(seed: 1, epoch).Sum(batch => batch.Count), Is.EqualTo(1000));
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
        }
    }

    [Test]
    public void APassMayBeLeftEarly()
    {
        Batches<float> batches = new(Images(23), new PixelScaling(), 5);
        foreach (Batch<float> batch in batches.InOrder())
        {
            Assert.That(() => batches.InOrder().First(), Throws.InvalidOperationException, "two passes at a time would share memory");
            break;
        }

        Assert.That(batches.InOrder().Sum(batch => batch.Count), Is.EqualTo(23));
    }

    [Test]
    public void AnErrorInPreparationReachesTheReader()
    {
        using FailingMemory pixels = new(23 * Rows * Columns, failsAt: 12);
        Batches<float> batches = new(new ImageSet(pixels.Memory, new byte[23], Rows, Columns, Names), new PixelScaling(), 5);
        List<int> sizes = [];
        Assert.That(() => sizes.AddRange(batches.InOrder().Select(batch => batch.Count)), Throws.TypeOf<TimeoutException>());
        Assert.That(() => batches.InOrder().Count(), Throws.TypeOf<TimeoutException>(), "the pass has ended, so that the next one may begin");
    }

    [Test]
    public void T5_HoldOutSplitsTheSetInTwo()
    {
        ImageSet set = Images(100);
        (ImageSet training, ImageSet validation) = set.HoldOut(30, seed: 1);
        Assert.That((training.Count, validation.Count), Is.EqualTo((70, 30)));

        int[] First(ImageSet part) => [.. Enumerable.Range(0, part.Count).Select(n => (int)part.Pixels(n)[0])];
        Assert.That(First(training).Concat(First(validation)), Is.EquivalentTo(First(set)), "each image is in exactly one part");
        Assert.That(First(validation), Is.Ordered, "both parts keep the order of the set");
        Assert.That(First(training), Is.Ordered);
        Assert.That(training.Labels.ToArray(), Is.EqualTo(First(training).Select(n => (byte)(n % 10))), "labels go with their images");
        Assert.That(First(set.HoldOut(30, seed: 1).Validation), Is.EqualTo(First(validation)));
        Assert.That(First(set.HoldOut(30, seed: 2).Validation), Is.Not.EqualTo(First(validation)));
        Assert.That(set.HoldOut(0, 1).Training.Count, Is.EqualTo(100));
        Assert.That(() => set.HoldOut(100, 1), Throws.TypeOf<InputException>().With.Message.Contains("0 to 99 of 100"));
        Assert.That(() => set.HoldOut(-1, 1), Throws.TypeOf<InputException>());
    }

    [Test]
    public void TakeLeavesTheFirstImages()
    {
        Assert.That(Images(9).Take(4).Labels.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Images(9).Take(100).Count, Is.EqualTo(9));
    }

    [Test]
    public void AnImageSetRefusesWhatDoesNotFit()
    {
        Assert.That(() => new ImageSet(new byte[7], new byte[1], 2, 3, Names), Throws.ArgumentException);
        Assert.That(() => new ImageSet(new byte[6], new byte[] { 10 }, 2, 3, Names), Throws.ArgumentException);
        Assert.That(() => new ImageSet(new byte[6], new byte[1], 2, 3, []), Throws.ArgumentException);
    }

    private static string[] Names => [.. Enumerable.Range(0, 10).Select(c => $"{c}")];

    // Image n begins with byte n and shows class n mod 10.
    private static ImageSet Images(int count)
    {
        byte[] pixels = [.. from n in Enumerable.Range(0, count) from p in Enumerable.Range(0, Rows * Columns) select (byte)(n + 11 * p)];
        return new ImageSet(pixels, Enumerable.Range(0, count).Select(n => (byte)(n % 10)).ToArray(), Rows, Columns, Names);
    }

    /// <summary>Memory that cannot be read any more after some reads.</summary>
    private sealed class FailingMemory(int length, int failsAt) : MemoryManager<byte>
    {
        private int reads;

        public override Span<byte> GetSpan() => ++reads < failsAt ? new byte[length] : throw new TimeoutException();

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}
