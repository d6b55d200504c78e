namespace RefNet.Models;

/// <summary>The only list of architectures.</summary>
public static class Architectures
{
    /// <summary>Every architecture.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new LeNet5(),
        new LeNet5Modern(),
        new MultilayerPerceptron(),
        new Perceptron(),
    ];

    /// <summary>The architecture of a name.</summary>
    /// <exception cref="InputException">There is none; the message lists all names.</exception>
    public static Architecture Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new InputException($"There is no model '{name}'; choose one of {string.Join(", ", All.Select(architecture => architecture.Name))}.");
}
