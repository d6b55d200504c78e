using System.Numerics;
using NUnit.Framework;
using RefNet.Gpu.Resident;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Gpu.Resident;

/// <summary>What every device must do: layers, loss and steps as the engine computes them, and clear errors.</summary>
internal abstract class ResidentDeviceTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // One rounding changes a number by at most this share of it.
    private static readonly double u = double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;

    /// <summary>The device of a test; empty, and closed by <see cref="Close"/>.</summary>
    protected IResidentDevice<T> Device { get; private set; } = null!;

    /// <summary>Whether the device does what the engine does, bit by bit.</summary>
    protected abstract bool GivesTheBitsOfTheEngine { get; }

    [SetUp]
    public void SetUp() => Device = Open();

    [TearDown]
    public void TearDown()
    {
        if (Device is null)
            return; // there was none to open
        int left = Device.LiveTensors;
        Device.Dispose();
        Close();
        Assert.That(left, Is.Zero, "tensors were not given back");
    }

    protected abstract IResidentDevice<T> Open();

    protected virtual void Close() { }

    [TestCase(nameof(AveragePooling2D<>))]
    [TestCase(nameof(Convolution2D<>))]
    [TestCase(nameof(Dense<>))]
    [TestCase(nameof(Flatten<>))]
    [TestCase(nameof(Tanh<>))]
    public void LayersGiveWhatThoseOfTheEngineGive(string layer) => Properties.ForAll(CaseGenerators.OfLayer(layer), Check);

    [Test]
    public void TheLossAndItsGradientAreThoseOfTheEngine([Values(1, 30, 1000)] double scale) =>
        Properties.ForAll(CaseGenerators.OfLoss(nameof(SoftmaxCrossEntropy<>)), c => c.Shrink(), c =>
        {
            Tensor<T> y = c.CreateOutputs<T>(), target = c.CreateTarget<T>();
            Elementwise.Scale(y, T.CreateChecked(scale));
            SoftmaxCrossEntropy<T> engine = new();
            Tensor<T> loss = new(new Shape(1), [engine.Forward(y, target)]);

            using DeviceTensor<T> cardY = Upload(y), cardTarget = Upload(target), cardLoss = Device.Allocate(loss.Shape), cardDY = Device.Allocate(y.Shape);
            Device.SoftmaxCrossEntropy(cardY, cardTarget, cardLoss, cardDY);

            // With s the largest logit, y - max y has an error of 2 s u, and so exp(y - max y) a relative one of 2 s u and a
            // few u of its own; a sum of C terms adds C u, the division one more. log Z is a sum of numbers up to s + ln C.
            double s = y.Span.ToArray().Max(value => Math.Abs(double.CreateChecked(value)));
            AssertClose(loss, cardLoss, _ => 2 * u * (c.Classes + c.Batch + 10) * (3 + 2 * s), "the loss");
            AssertClose(engine.Backward(), cardDY, _ => 2 * u * (4 * s + c.Classes + 12) / c.Batch, "the gradient");
        });

    [Test]
    public void StepsAreThoseOfMomentum([Values(1, 7, 5000)] int count, [Values(0, 0.01)] double weightDecay)
    {
        const double Eta = 0.1, Mu = 0.9;
        Random random = Seeds.Create(1);
        Parameter<T> parameter = new("weight", new Shape(count), isWeight: true);
        LayerCase.RandomTensor<T>(parameter.Value.Shape, random).Span.CopyTo(parameter.Value.Span);
        LayerCase.RandomTensor<T>(parameter.Value.Shape, random).Span.CopyTo(parameter.Gradient.Span);
        using DeviceTensor<T> theta = Upload(parameter.Value), g = Upload(parameter.Gradient), v = Device.Allocate(parameter.Value.Shape);
        Device.Clear(v);

        Momentum<T> engine = new([parameter], Eta, Mu, weightDecay);
        for (int step = 0; step < 3; step++)
        {
            engine.Step();
            Device.MomentumStep(g, v, theta, T.CreateChecked(Mu), T.CreateChecked(Eta), T.CreateChecked(2 * weightDecay));
        }

        // Six roundings a step; all numbers on the way stay below 3 (|g| + |θ|) in three steps.
        double largest = parameter.Gradient.Span.ToArray().Concat(parameter.Value.Span.ToArray()).Max(value => Math.Abs(double.CreateChecked(value)));
        AssertClose(parameter.Value, theta, _ => 2 * 18 * u * 6 * largest, "the parameter");
        AssertClose(engine.State[0].Value, v, _ => 2 * 18 * u * 6 * largest, "the velocity");
        AssertClose(parameter.Gradient, g, _ => 0, "the gradient, which stays");
    }

    [Test]
    public void NumbersCrossUnchangedAndAreCounted()
    {
        Tensor<T> numbers = LayerCase.RandomTensor<T>(new Shape(3, 4), Seeds.Create(1)), back = new(numbers.Shape);
        using DeviceTensor<T> tensor = Device.Allocate(numbers.Shape);
        Device.Upload(numbers, tensor);
        numbers.Clone().Span.CopyTo(back.Span);
        numbers.Span.Clear(); // the device has its own
        Tensor<T> found = new(numbers.Shape);
        Device.Download(tensor, found);
        TensorAssert.AreIdentical(back, found, "what came back");
        Assert.That((Device.Uploaded, Device.Downloaded, Device.LiveTensors), Is.EqualTo((12L, 12L, 1)));

        Device.Clear(tensor);
        Device.Download(tensor, found);
        Assert.That(found.Span.ToArray(), Is.All.EqualTo(T.Zero));
    }

    [Test]
    public void AViewSharesTheMemoryAndEndsWithIt()
    {
        Tensor<T> numbers = LayerCase.RandomTensor<T>(new Shape(3, 4), Seeds.Create(1)), found = new(new Shape(2, 6));
        DeviceTensor<T> tensor = Upload(numbers);
        DeviceTensor<T> view = tensor.View(new Shape(12)).View(found.Shape);
        Device.Download(view, found);
        Assert.That(found.Span.ToArray(), Is.EqualTo(numbers.Span.ToArray()));
        Assert.That(() => tensor.View(new Shape(13)), Throws.ArgumentException.With.Message.EqualTo(
            "A tensor of shape 3x4 (12 elements) cannot be seen as 13 (13 elements)."));

        view.Dispose();
        Assert.That((tensor.IsDisposed, Device.LiveTensors), Is.EqualTo((false, 1)), "a view owns nothing");
        tensor.Dispose();
        tensor.Dispose();
        Assert.That((view.IsDisposed, Device.LiveTensors), Is.EqualTo((true, 0)));
        Assert.That(() => Device.Clear(view), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => tensor.View(numbers.Shape), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void ShapesThatDoNotFitAreErrorsThatNameTheOperation()
    {
        DeviceTensor<T>[] all = [.. new[] { new Shape(2, 3), new Shape(3, 2), new Shape(2, 2), new Shape(2), new Shape(1), new Shape(2, 1, 4, 4), new Shape(2, 1, 3, 3), new Shape(2, 1, 2, 2) }.Select(Device.Allocate)];
        (DeviceTensor<T> a23, DeviceTensor<T> a32, DeviceTensor<T> a22, DeviceTensor<T> a2, DeviceTensor<T> a1) = (all[0], all[1], all[2], all[3], all[4]);
        (DeviceTensor<T> images, DeviceTensor<T> maps, DeviceTensor<T> means) = (all[5], all[6], all[7]);
        IResidentConvolution<T> convolution = Device.Convolution(RefNet.Geometry.ConvolutionGeometry.Square(2), groups: 1);
        IResidentPooling<T> pooling = Device.AveragePooling(RefNet.Geometry.PoolingGeometry.Square(2), countPadding: true);

        Refuses(() => Device.Upload(new Tensor<T>(a32.Shape), a23), "Upload: expected a tensor of shape 2x3; found 3x2.");
        Refuses(() => Device.Download(a23, new Tensor<T>(a32.Shape)), "Download: expected a tensor of shape 2x3; found 3x2.");
        Refuses(() => Device.Multiply(a23, false, a23, false, a22), "Multiply: expected a right factor of 3 rows; found 2x3.");
        Refuses(() => Device.Multiply(a23, false, a23, true, a23), "Multiply: expected a tensor of shape 2x2; found 2x3.");
        Refuses(() => Device.AddBias(a2, a23), "AddBias: expected a tensor of shape 3; found 2.");
        Refuses(() => Device.AddBias(a2, a2), "AddBias: expected samples x channels, or samples x channels x rows x columns; found 2.");
        Refuses(() => Device.AddBiasGradient(a23, a2), "AddBiasGradient: expected a tensor of shape 3; found 2.");
        Refuses(() => Device.Tanh(a23, a32), "Tanh: expected a tensor of shape 2x3; found 3x2.");
        Refuses(() => Device.TanhGradient(a23, a23, a32), "TanhGradient: expected a tensor of shape 2x3; found 3x2.");
        Refuses(() => Device.SoftmaxCrossEntropy(a23, a32, a1, a23), "SoftmaxCrossEntropy: expected a tensor of shape 2x3; found 3x2.");
        Refuses(() => Device.SoftmaxCrossEntropy(a23, a23, a2, a23), "SoftmaxCrossEntropy: expected a tensor of shape 1; found 2.");
        Refuses(() => Device.SoftmaxCrossEntropy(images, images, a1, images), "SoftmaxCrossEntropy: expected outputs of shape samples x classes; found 2x1x4x4.");
        Refuses(() => Device.MomentumStep(a23, a23, a32, T.One, T.One, T.One), "MomentumStep: expected a tensor of shape 2x3; found 3x2.");
        Refuses(() => convolution.Forward(a23, means, null, maps), "Convolution: expected images of shape samples x channels x rows x columns; found 2x3.");
        Refuses(() => convolution.Forward(images, maps, null, maps), "Convolution: expected a tensor of shape 2x1x2x2; found 2x1x3x3.");
        Refuses(() => convolution.Forward(images, means, a1, maps), "Convolution: expected a tensor of shape 2; found 1.");
        Refuses(() => convolution.Forward(images, means, a2, maps), "Convolution: expected a tensor of shape 2x2x3x3; found 2x1x3x3.");
        Refuses(() => convolution.AddWeightGradient(images, maps, means), "Convolution: expected a tensor of shape 2x2x3x3; found 2x1x3x3.");
        Refuses(() => convolution.InputGradient(means, maps, images), "Convolution: expected a tensor of shape 2x2x3x3; found 2x1x3x3.");
        Refuses(() => pooling.Forward(images, maps), "AveragePooling: expected a tensor of shape 2x1x2x2; found 2x1x3x3.");
        Refuses(() => pooling.Backward(maps, images), "AveragePooling: expected a tensor of shape 2x1x2x2; found 2x1x3x3.");

        foreach (DeviceTensor<T> tensor in all)
            tensor.Dispose();

        static void Refuses(Action act, string message) => Assert.That(() => act(), Throws.TypeOf<ShapeException>().With.Message.EqualTo(message));
    }

    [Test]
    public void TensorsOfAnotherDeviceAreRefused()
    {
        using ManagedResidentDevice<T> other = new();
        using DeviceTensor<T> ours = Device.Allocate(new Shape(2)), theirs = other.Allocate(new Shape(2));
        Assert.That(() => Device.Tanh(ours, theirs), Throws.ArgumentException.With.Message.EqualTo(
            $"{Device.Name}: the tensor of shape 2 belongs to another device, processor."));
    }

    [Test]
    public void AClosedDeviceHasTakenItsTensorsWithIt()
    {
        IResidentDevice<T> device = Device;
        DeviceTensor<T> tensor = device.Allocate(new Shape(2));
        device.Dispose();
        device.Dispose();
        Assert.That((tensor.IsDisposed, device.LiveTensors), Is.EqualTo((true, 0)));
        Assert.That(() => device.Clear(tensor), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => device.Allocate(new Shape(2)), Throws.TypeOf<ObjectDisposedException>());
    }

    private void Check(LayerCase c)
    {
        Layer<T> layer = c.Create<T>(), magnitudes = c.Create<T>();
        Tensor<T> x = c.CreateInput<T>();
        Tensor<T> y = layer.Forward(x, Mode.Train);
        Tensor<T> dY = LayerCase.RandomTensor<T>(y.Shape, Seeds.Create(c.Seed, 4));
        layer.Backward(dY);
        Tensor<T> dX = layer.Backward(dY); // gradients are added up

        using ResidentLayer<T> resident = ResidentLayer<T>.Create(Device, layer);
        using DeviceTensor<T> cardX = Upload(x), cardDY = Upload(dY);
        DeviceTensor<T> cardY = resident.Forward(cardX);
        resident.Backward(cardDY);
        DeviceTensor<T> cardDX = resident.Backward(cardDY);

        if (layer is Tanh<T>)
        {
            // The engine states 3.4 units in the last place, that is 6.8 u, for tanh, and CUDA and the C library no more than 2
            // units; dY (1 - y²) has twice the error of y and three roundings of its own, on both sides.
            AssertClose(y, cardY, i => 11 * u * Size(y, i), "y");
            AssertClose(dX, cardDX, i => (2 * 11 + 2 * 3) * u * Size(dY, i), "dX");
            return;
        }

        // Every result is a sum of products. However n of them are added up, the error is at most n u times the sum of their
        // magnitudes, and to first order so in both: the magnitudes are what the layer gives for those of its operands.
        foreach (Parameter<T> parameter in magnitudes.Parameters)
            Magnitudes(parameter.Value).Span.CopyTo(parameter.Value.Span);
        Tensor<T> sizeOfY = magnitudes.Forward(Magnitudes(x), Mode.Train);
        magnitudes.Backward(Magnitudes(dY));
        Tensor<T> sizeOfDX = magnitudes.Backward(Magnitudes(dY));
        double n = x.Count + dY.Count + layer.Parameters.Sum(parameter => parameter.Value.Count) + 4;
        AssertClose(y, cardY, i => 2 * n * u * Size(sizeOfY, i), "y");
        AssertClose(dX, cardDX, i => 2 * n * u * Size(sizeOfDX, i), "dX");
        for (int p = 0; p < layer.Parameters.Count; p++)
        {
            Tensor<T> size = magnitudes.Parameters[p].Gradient;
            AssertClose(layer.Parameters[p].Gradient, resident.Parameters[p].Gradient, i => 2 * n * u * Size(size, i), layer.Parameters[p].Name);
        }
    }

    private DeviceTensor<T> Upload(Tensor<T> tensor)
    {
        DeviceTensor<T> copy = Device.Allocate(tensor.Shape);
        Device.Upload(tensor, copy);
        return copy;
    }

    private void AssertClose(Tensor<T> expected, DeviceTensor<T> actual, Func<int, double> tolerance, string what)
    {
        Tensor<T> found = new(actual.Shape);
        Device.Download(actual, found);
        if (GivesTheBitsOfTheEngine)
        {
            TensorAssert.AreIdentical(expected, found, what);
            return;
        }

        Assert.That(found.Shape, Is.EqualTo(expected.Shape), what);
        for (int i = 0; i < expected.Count; i++)
        {
            double difference = Math.Abs(double.CreateChecked(found.Span[i]) - double.CreateChecked(expected.Span[i]));
            if (!(difference <= tolerance(i)))
                Assert.Fail($"{what}: element {i} of {expected.Shape} is {found.Span[i]}, expected {expected.Span[i]} within {tolerance(i)}.");
        }
    }

    private static double Size(Tensor<T> tensor, int i) => Math.Abs(double.CreateChecked(tensor.Span[i]));

    private static Tensor<T> Magnitudes(Tensor<T> tensor) => new(tensor.Shape, [.. tensor.Span.ToArray().Select(T.Abs)]);
}

internal abstract class ManagedResidentDeviceTests<T> : ResidentDeviceTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override bool GivesTheBitsOfTheEngine => true;

    protected override IResidentDevice<T> Open() => new ManagedResidentDevice<T>();
}

[TestFixture]
internal sealed class ManagedResidentDeviceSingleTests : ManagedResidentDeviceTests<float>;

[TestFixture]
internal sealed class ManagedResidentDeviceDoubleTests : ManagedResidentDeviceTests<double>;
