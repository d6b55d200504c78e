using System.Numerics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Backends.Reference;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>
/// The definitions give the same bits on every machine: run with DOTNET_EnableAVX512=0, DOTNET_EnableAVX2=0 or
/// DOTNET_EnableHWIntrinsic=0 to see it.
/// </summary>
[TestFixture(typeof(float), 602151205976401043UL), TestFixture(typeof(double), 7708610324621418365UL)]
public sealed class BitsTests<T>(ulong expected) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Functions of the C library, whose last bit may change from one system to another.
    private static readonly string[] ofTheSystem = ["Softmax", "SoftmaxCrossEntropy", "Elu", "Tanh", "ScaledTanh", "Sigmoid", "Softplus", "InversePower"];

    [Test]
    public void TheDefinitionsGiveTheSameBitsOnEveryMachine()
    {
        ulong hash = 14695981039346656037; // FNV-1a
        foreach ((string operation, T[] numbers) in EveryOperation<T>.Results(new ReferenceBackend<T>()))
        {
            if (ofTheSystem.Any(name => operation == name || operation.StartsWith($"{name},") || operation.EndsWith($" of {name}")))
                continue;
            foreach (byte one in MemoryMarshal.AsBytes(numbers.AsSpan()))
                hash = (hash ^ one) * 1099511628211;
        }

        Assert.That(hash, Is.EqualTo(expected), "a sum is added in another order, or an operation computes something else");
    }
}
