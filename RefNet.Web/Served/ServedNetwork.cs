using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Web.Served;

/// <summary>
/// A network shown on the page. Its layers hold one pass at a time: their tensors may be read only within <see cref="Look"/>, by one request at a time.
/// </summary>
internal sealed class ServedNetwork
{
    // The number of inputs that later requests can name; a page uses one.
    private const int MostKept = 16;

    private const int MostWaiting = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<int, Tensor<float>> kept = [];
    private readonly ServedSettings settings;
    private int waiting;
    private int lastInput;
    private int shown; // the input of the last pass

    /// <summary>Reads the best network of a run.</summary>
    public ServedNetwork(int id, string run, ServedSettings settings)
    {
        RunFolder folder = RunFolder.Open(run);
        Options = folder.ReadOptions();
        Best = BestNetwork.Load(Options, folder, settings.Backend);
        (Id, Run, this.settings) = (id, run, settings);
        // One forward pass determines the shapes and the layers that take part.
        Network.Forward(new Tensor<float>(Network.InputShape.Batch(1)), Mode.Evaluate);
        Places = [.. LayerPlace.Of(Network)];
    }

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>The folder of its run.</summary>
    public string Run { get; }

    /// <summary>The options of its run.</summary>
    public RunOptions Options { get; }

    /// <summary>The network, ready to classify images.</summary>
    public BestNetwork Best { get; }

    /// <summary>Its layers, in the order of a pass.</summary>
    public IReadOnlyList<LayerPlace> Places { get; }

    /// <summary>The network; the preparation of its inputs, if any, is its first layer.</summary>
    public Network<float> Network => Best.PixelNetwork;

    /// <summary>The name of a class.</summary>
    public string Name(int c) => settings.NameClass(c, Best.ClassNames);

    /// <summary>The layer at a path.</summary>
    public LayerPlace Find(string path) =>
        Places.FirstOrDefault(place => place.Path == path) ?? throw new InputException($"Expected the path of a layer; found '{path}'. Load the page again.");

    /// <summary>Converts a picture to an input, which is kept for later requests.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="digit">The index of one of its digits, from 0; the last one if there are fewer.</param>
    /// <returns>The number of the input, and all inputs found.</returns>
    public (int Input, IReadOnlyList<PictureInput> Found) See(Picture picture, int digit)
    {
        IReadOnlyList<PictureInput> found = PictureInput.Read(Best.Architecture, Best.Scaling, picture);
        lock (gate)
        {
            kept.Add(++lastInput, found[Math.Clamp(digit, 0, found.Count - 1)].X);
            kept.Remove(lastInput - MostKept);
            return (lastInput, found);
        }
    }

    /// <summary>Runs the network on an input found in a picture.</summary>
    public Answer Ask(PictureInput input)
    {
        lock (gate)
        {
            shown = kept.FirstOrDefault(one => one.Value == input.X).Key; // 0 if it is none of them
            return Answer.Of(Best.Loss, Network.Forward(input.X, Mode.Evaluate).Values);
        }
    }

    /// <summary>Reads the layers after a pass of an input, while no other request uses the network.</summary>
    /// <param name="input">The number of the input.</param>
    /// <param name="look">Receives the input; it must copy whatever it reads from the layers.</param>
    /// <exception cref="BusyException">Too many requests are waiting.</exception>
    public TResult Look<TResult>(int input, Func<Tensor<float>, TResult> look)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new BusyException($"Expected at most {MostWaiting} requests at a time; found more. Try again.");
        }

        try
        {
            lock (gate)
            {
                if (!kept.TryGetValue(input, out Tensor<float>? x))
                    throw new InputException("Expected a recent picture of this page; it is no longer kept. Draw again.");
                if (shown != input)
                    Network.Forward(x, Mode.Evaluate);
                shown = input;
                return look(x);
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Runs passes of other inputs, while no other request uses the network.</summary>
    public TResult Use<TResult>(int input, Func<Tensor<float>, TResult> use) => Look(input, x =>
    {
        try
        {
            return use(x);
        }
        finally
        {
            shown = 0;
        }
    });

    /// <summary>Backpropagates the loss of an assumed class of the input.</summary>
    /// <param name="c">The class.</param>
    /// <returns>The loss. The layers hold the gradients until the next pass.</returns>
    public float Backward(int c)
    {
        Tensor<float> y = Network.Output!;
        if (c < 0 || c >= y.Count)
            throw new InputException($"Expected a class from 0 to {y.Count - 1}; found {c}.");
        float loss = Best.Loss.Forward(y, new Targets<float>([c], y.Shape));
        Network.ClearGradients();
        Network.Backward(Best.Loss.Backward());
        return loss;
    }
}
