using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Web.Served;

/// <summary>
/// A network that the page looks into. Its layers hold one pass at a time: whoever wants their tensors asks within <see cref="Look"/>, which one request does at a time.
/// </summary>
internal sealed class ServedNetwork
{
    // Inputs that later requests can name; a page has one.
    private const int MostKept = 16;

    private const int MostWaiting = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<int, Tensor<float>> kept = [];
    private readonly ServedSettings settings;
    private int waiting;
    private int lastInput;
    private int shown; // the input whose tensors the layers hold

    /// <summary>Reads the best network of a run.</summary>
    public ServedNetwork(int id, string run, ServedSettings settings)
    {
        RunFolder folder = RunFolder.Open(run);
        Options = folder.ReadOptions();
        Best = BestNetwork.Load(Options, folder, settings.Backend);
        (Id, Run, this.settings) = (id, run, settings);
        // Once forward, so that shapes, and which layers take part, are known.
        Network.Forward(new Tensor<float>(Network.InputShape.Batch(1)), Mode.Evaluate);
        Places = [.. LayerPlace.Of(Network)];
    }

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>The folder of its run.</summary>
    public string Run { get; }

    /// <summary>The options of its run.</summary>
    public RunOptions Options { get; }

    /// <summary>The network and what it takes to ask it.</summary>
    public BestNetwork Best { get; }

    /// <summary>Its layers, in the order of a pass.</summary>
    public IReadOnlyList<LayerPlace> Places { get; }

    /// <summary>The network, with the preparation of its inputs as its first layer where it has one.</summary>
    public Network<float> Network => Best.PixelNetwork;

    /// <summary>The name of a class.</summary>
    public string Name(int c) => settings.NameClass(c, Best.ClassNames);

    /// <summary>The layer at a path.</summary>
    public LayerPlace Find(string path) =>
        Places.FirstOrDefault(place => place.Path == path) ?? throw new InputException($"Expected the path of a layer; found '{path}'. Load the page again.");

    /// <summary>Sees a picture: keeps the input that becomes of it.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="digit">Which of its digits, from 0; the last where there are fewer.</param>
    /// <returns>The number of the input, and all inputs that were found.</returns>
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

    /// <summary>Asks the network about an input that was found in a picture.</summary>
    public Answer Ask(PictureInput input)
    {
        lock (gate)
        {
            shown = kept.FirstOrDefault(one => one.Value == input.X).Key; // 0 where it is none of them
            return Answer.Of(Best.Loss, Network.Forward(input.X, Mode.Evaluate).Values);
        }
    }

    /// <summary>Looks at the layers after a pass of an input, while no other request uses the network.</summary>
    /// <param name="input">The number of the input.</param>
    /// <param name="look">Sees the input; what it takes from the layers it must copy.</param>
    /// <exception cref="BusyException">Too many requests wait already.</exception>
    public TResult Look<TResult>(int input, Func<Tensor<float>, TResult> look)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new BusyException($"Expected {MostWaiting} requests at a time at most; found more. Try again.");
        }

        try
        {
            lock (gate)
            {
                if (!kept.TryGetValue(input, out Tensor<float>? x))
                    throw new InputException("Expected a picture that this page showed a moment ago; it is forgotten. Draw again.");
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

    /// <summary>Uses the network for passes of other inputs, while no other request does.</summary>
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

    /// <summary>Carries the gradient of the loss back: as if the input showed a class.</summary>
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
