using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Layers;

/// <summary>
/// The laws of memory, modes, threads and precision, over every layer of the engine and generated configurations of it.
/// </summary>
[TestFixture]
public sealed class LayerStateTests
{
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void EveryElementOfTheResultsIsWritten(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        LayerRun<double> first = RunFromTheSameBuffers(c, instance, x);

        // Reused tensors and borrowed memory now hold NaN: what is read before it is written shows. (The results may be
        // views of the arguments, as those of Flatten are, so these are copies.)
        Tensor<double> y = instance.Forward(x.Clone(), c.Mode);
        instance.Backward(LayerRun<double>.OutputGradient(y.Shape)).Span.Fill(double.NaN);
        y.Span.Fill(double.NaN);
        PoisonScratch();
        first.AssertIdentical(RunFromTheSameBuffers(c, instance, x), "after NaN was put into the layer's memory");
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ASmallerBatchAfterALargerOneIsRight(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        LayerCase larger = c with { Batch = c.Batch + 2, Seed = c.Seed + 1 };
        Layer<double> used = c.Create<double>();
        LayerRun<double>.Of(used, larger.CreateInput<double>(), c.Mode);
        LayerRun<double> fresh = LayerRun<double>.Of(c.Create<double>(), c.CreateInput<double>(), c.Mode);
        fresh.AssertIdentical(RunFromTheSameBuffers(c, used, c.CreateInput<double>()), "after a larger batch");
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void WhereNobodyWantsTheInputGradientTheOthersAreTheSame(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        (Layer<double> whole, Layer<double> part) = (c.Create<double>(), c.Create<double>());
        Tensor<double> dY = LayerRun<double>.OutputGradient(whole.Forward(c.CreateInput<double>(), c.Mode).Shape);
        part.Forward(c.CreateInput<double>(), c.Mode);
        whole.Backward(dY);
        part.Backward(dY, needsInputGradient: false);
        foreach (((string path, Parameter<double> expected), Parameter<double> found) in whole.NamedParameters().Zip(part.Parameters))
            TensorAssert.AreIdentical(expected.Gradient, found.Gradient, path);
        Assert.Throws<ShapeException>(() => part.Backward(new Tensor<double>(new Shape(1, 99)), needsInputGradient: false));
        Assert.Throws<InvalidOperationException>(() => c.Create<double>().Backward(dY, needsInputGradient: false));
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void TheTapsAreTheTensorsOfThePass(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        Tensor<double> y = instance.Forward(x, c.Mode);
        Tensor<double> dY = LayerRun<double>.OutputGradient(y.Shape);
        Assert.That((instance.Input, instance.Output, instance.OutputGradient, instance.InputGradient), Is.EqualTo((x, y, (Tensor<double>?)null, (Tensor<double>?)null)));
        Tensor<double> dX = instance.Backward(dY);
        Assert.That((instance.Input, instance.Output, instance.OutputGradient, instance.InputGradient), Is.EqualTo((x, y, dY, dX)));
        instance.Backward(dY, needsInputGradient: false);
        Assert.That(instance.InputGradient, Is.Null, "nobody wanted it");
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ALayerChangesNeitherItsArgumentsNorItsParameters(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double>[] parameters = [.. instance.Parameters.Select(parameter => parameter.Value.Clone())];
        Tensor<double> x = c.CreateInput<double>();
        Shape output = instance.Forward(x, c.Mode).Shape;
        Tensor<double> dY = LayerRun<double>.OutputGradient(output);
        instance.Backward(dY);

        TensorAssert.AreIdentical(c.CreateInput<double>(), x, "x");
        TensorAssert.AreIdentical(LayerRun<double>.OutputGradient(output), dY, "dY");
        for (int i = 0; i < parameters.Length; i++)
            TensorAssert.AreIdentical(parameters[i], instance.Parameters[i].Value, instance.NamedParameters().ElementAt(i).Path);
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void EvaluateIsDeterministicAndLeavesBuffersAlone(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        instance.Forward(x, Mode.Train); // so that running statistics and counters are no longer at their start
        Tensor<double>[] buffers = [.. instance.Buffers.Select(buffer => buffer.Value.Clone())];
        Tensor<double> y = instance.Forward(x, Mode.Evaluate).Clone();
        TensorAssert.AreIdentical(y, instance.Forward(x, Mode.Evaluate), "y of a second Evaluate");
        for (int i = 0; i < buffers.Length; i++)
            TensorAssert.AreIdentical(buffers[i], instance.Buffers[i].Value, $"buffer {instance.NamedBuffers().ElementAt(i).Path}");
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void EvaluateTreatsEachSampleAlone(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        Tensor<double> y = instance.Forward(x, Mode.Evaluate).Clone();
        for (int n = 0; n < c.Batch; n++)
        {
            Tensor<double> alone = instance.Forward(new Tensor<double>(c.Input.Batch(1), x.Sample(n)), Mode.Evaluate);
            // A product with fewer rows may add in another order.
            TensorAssert.AreClose(new Tensor<double>(alone.Shape, y.Sample(n)), alone, 1e-13, $"sample {n} alone");
        }
    });

    // What data parallelism rests on: a batch cut into samples gives the same y and dX, and gradients that add up, in every mode.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ALayerThatSaysSoTreatsSamplesAlone(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        if (c.Create<double>().TreatsSamplesAlone)
            Assert.That(DependenceAcrossSamples(c), Is.LessThan(1e-12));
    });

    // The other way round: a layer that does, but does not say so, is computed in one piece where threads could share the batch.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ALayerThatTreatsSamplesAloneSaysSo(Type layer)
    {
        Func<Random, LayerCase> draw = EngineCases.Layers[EngineLayers.NameOf(layer)];
        LayerCase[] cases = [.. Enumerable.Range(0, 20).Select(seed => draw(Seeds.Create(seed)) with { Batch = 3, Mode = Mode.Train })];
        foreach (IGrouping<bool, LayerCase> said in cases.GroupBy(c => c.Create<double>().TreatsSamplesAlone))
        {
            Assert.That(said.Key || said.Any(c => DependenceAcrossSamples(c) > 1e-12), Is.True,
                $"Each sample of the output of {EngineLayers.NameOf(layer)} depends on the same sample of the input alone: override TreatsSamplesAlone.");
        }
    }

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void TheNumberOfThreadsDoesNotChangeABit(Type layer)
    {
        int threads = ParallelLoop.MaxThreads;
        try
        {
            Properties.ForAll(EngineLayers.Cases(layer), c =>
            {
                LayerCase many = c with { Batch = 5 };
                ParallelLoop.MaxThreads = 1;
                LayerRun<float> one = LayerRun<float>.Of(many.Create<float>(), many.CreateInput<float>(), c.Mode);
                ParallelLoop.MaxThreads = 2;
                one.AssertIdentical(LayerRun<float>.Of(many.Create<float>(), many.CreateInput<float>(), c.Mode), "on two threads");
            });
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    // Large enough that threads share the products of a dense layer (2^18 multiplications for each of them) and the samples
    // of a convolution.
    [TestCase("Dense"), TestCase("Convolution2D")]
    public void TheNumberOfThreadsDoesNotChangeABitInTheLayersOfLeNet5(string layer)
    {
        LayerCase c = layer == "Dense"
            ? new DenseCase(Inputs: 400, Outputs: 120, UseBias: true) { Batch = 64 }
            : new ConvolutionCase(1, 6, 16, 14, 14, ConvolutionGeometry.Square(5), UseBias: true) { Batch = 16 };
        int threads = ParallelLoop.MaxThreads;
        try
        {
            ParallelLoop.MaxThreads = 1;
            LayerRun<float> one = LayerRun<float>.Of(c.Create<float>(), c.CreateInput<float>(), Mode.Train);
            foreach (int many in (int[])[2, 3, 7])
            {
                ParallelLoop.MaxThreads = many;
                one.AssertIdentical(LayerRun<float>.Of(c.Create<float>(), c.CreateInput<float>(), Mode.Train), $"on {many} threads");
            }
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    // For layers that take images of any size: nothing that they keep may belong to a size before. (With windows that do not
    // fit exactly, two sizes of input can give one size of output.)
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ImagesOfAnotherSizeLeaveNothingBehind(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> used = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        LayerRun<double> fresh = LayerRun<double>.Of(c.Create<double>(), x, c.Mode);
        foreach (Shape size in OtherSizes(c.Input).Where(size => Takes(used, size)))
        {
            Tensor<double> other = LayerCase.RandomTensor<double>(size.Batch(c.Batch), Seeds.Create(c.Seed, 5));
            LayerRun<double> freshOther = LayerRun<double>.Of(c.Create<double>(), other, c.Mode);
            fresh.AssertIdentical(RunFromTheSameBuffers(c, used, x), $"before samples of {size}");
            freshOther.AssertIdentical(RunFromTheSameBuffers(c, used, other), $"for samples of {size}");
            fresh.AssertIdentical(RunFromTheSameBuffers(c, used, x), $"after samples of {size}");
        }
    });

    // What is proved in double is what runs in float. A sum of some tens of terms of magnitude 1 to 10 rounds to about 1e-5;
    // normalisation by a small deviation magnifies that.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void FloatAgreesWithDouble(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        LayerRun<float> single = LayerRun<float>.Of(c.Create<float>(), c.CreateInput<float>(), c.Mode);
        LayerRun<double> exact = LayerRun<double>.Of(c.Create<double>(), Widen(c.CreateInput<float>()), c.Mode);
        TensorAssert.AreClose(exact.Y, Widen(single.Y), 1e-4, "y in float");
        TensorAssert.AreClose(exact.DX, Widen(single.DX), 1e-3, "dX in float");
        for (int i = 0; i < exact.Gradients.Length; i++)
            TensorAssert.AreClose(exact.Gradients[i], Widen(single.Gradients[i]), 1e-3, $"gradient of parameter {i} in float");
    });

    // A loss that has become NaN stops a run: no layer may hide it.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void NaNIsPassedOn(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        Tensor<double> dX = LayerRun<double>.Of(instance, x, Mode.Evaluate).DX;
        int mostSeen = TensorPrimitives.IndexOfMaxMagnitude(dX.Values);
        if (dX.Values[mostSeen] == 0)
            return; // here no output depends on x: a ReLU of negative numbers, a kernel that lies in the padding
        x.Span[mostSeen] = double.NaN;
        Tensor<double> y = instance.Forward(x, Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Has.Some.NaN, "an input of NaN must show in the output");
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ParametersAndBuffersKeepTheirIdentityAndHaveNamesOfTheirOwn(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        string[] names = [.. instance.NamedParameters().Select(place => place.Path), .. instance.NamedBuffers().Select(place => place.Path)];
        Assert.That(names, Is.Unique.And.All.Not.Empty);
        Assert.That(instance.NamedParameters().Select(place => place.Parameter), Is.EqualTo(instance.Parameters), "in the same order");
        Assert.That(instance.NamedBuffers().Select(place => place.Buffer), Is.EqualTo(instance.Buffers), "in the same order");

        Parameter<double>[] parameters = [.. instance.Parameters];
        Buffer<double>[] buffers = [.. instance.Buffers];
        LayerRun<double>.Of(instance, c.CreateInput<double>(), c.Mode);
        Assert.That(instance.Parameters, Is.EqualTo(parameters), "optimisers hold on to the parameters");
        Assert.That(instance.Buffers, Is.EqualTo(buffers), "checkpoints hold on to the buffers");
    });

    // The largest difference between a batch in one piece and its samples one by one, relative to the largest number.
    private static double DependenceAcrossSamples(LayerCase c)
    {
        Tensor<double> x = c.CreateInput<double>();
        LayerRun<double> whole = LayerRun<double>.Of(c.Create<double>(), x, c.Mode);
        Layer<double> instance = c.Create<double>();
        double largest = 0;
        for (int n = 0; n < c.Batch; n++)
        {
            if (instance.Buffers.Count > 0)
                instance = c.Create<double>(); // statistics and counters as the whole batch found them
            Tensor<double> y;
            try
            {
                y = instance.Forward(new Tensor<double>(c.Input.Batch(1), x.Sample(n)), c.Mode);
            }
            catch (ShapeException)
            {
                return double.PositiveInfinity; // one sample alone is not enough
            }

            Compare(whole.Y.Sample(n), y.Values);
            Compare(whole.DX.Sample(n), instance.Backward(new Tensor<double>(y.Shape, LayerRun<double>.OutputGradient(whole.Y.Shape).Sample(n))).Values);
        }

        for (int i = 0; i < whole.Gradients.Length && instance.Buffers.Count == 0; i++)
            Compare(whole.Gradients[i].Values, instance.Parameters[i].Gradient.Values);
        return largest;

        void Compare(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
        {
            double scale = Math.Max(1, Math.Abs(TensorPrimitives.MaxMagnitude(expected)));
            for (int i = 0; i < expected.Length; i++)
                largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]) / scale);
        }
    }

    // Statistics and counters as a new layer has them: with the same ones a training step is repeated exactly.
    private static LayerRun<double> RunFromTheSameBuffers(LayerCase c, Layer<double> layer, Tensor<double> x)
    {
        foreach ((Buffer<double> buffer, Buffer<double> start) in layer.Buffers.Zip(c.Create<double>().Buffers))
            buffer.Value.CopyFrom(start.Value.Values);
        return LayerRun<double>.Of(layer, x, c.Mode);
    }

    private static IEnumerable<Shape> OtherSizes(Shape sample) => sample.Rank == 3
        ? [new(sample[0], sample[1] + 1, sample[2]), new(sample[0], sample[1], sample[2] + 1), new(sample[0], sample[1] + 2, sample[2] + 3)]
        : [];

    private static bool Takes(Layer<double> layer, Shape sample)
    {
        try
        {
            layer.OutputShape(sample);
            return true;
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    private static void PoisonScratch()
    {
        using Scratch<double> a = new(1 << 12), b = new(1 << 12), c = new(1 << 12), d = new(1 << 12);
        a.Span.Fill(double.NaN);
        b.Span.Fill(double.NaN);
        c.Span.Fill(double.NaN);
        d.Span.Fill(double.NaN);
    }

    private static Tensor<double> Widen(Tensor<float> tensor)
    {
        Tensor<double> wide = new(tensor.Shape);
        TensorPrimitives.ConvertTruncating<float, double>(tensor.Values, wide.Span);
        return wide;
    }
}
