using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Tests.Tensors;

/// <summary>Memory of a device that is none: it counts what crosses. Memory that was not written holds NaN.</summary>
internal sealed class FakeMemory<T> : IDeviceMemory<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many numbers went to the device.</summary>
    public int Uploaded { get; private set; }

    /// <summary>How many numbers came back.</summary>
    public int Downloaded { get; private set; }

    /// <summary>How many copies lie in this memory.</summary>
    public int Copies { get; private set; }

    public DeviceCopy<T> Allocate(int count)
    {
        Copies++;
        return new Copy(this, count);
    }

    public bool Owns(DeviceCopy<T> copy) => copy is Copy { } own && own.Memory == this;

    /// <summary>The numbers of a tensor on the device, for a computation that does with them what it says.</summary>
    public Span<T> Numbers(Tensor<T> tensor, Access access) => ((Copy)tensor.On(this, access)).Numbers.AsSpan(0, tensor.Count);

    private sealed class Copy : DeviceCopy<T>
    {
        public Copy(FakeMemory<T> memory, int count)
        {
            Memory = memory;
            Numbers = new T[count];
            Array.Fill(Numbers, T.NaN);
        }

        public FakeMemory<T> Memory { get; }

        public T[] Numbers { get; }

        public override int Length => Numbers.Length;

        public override void Upload(ReadOnlySpan<T> numbers)
        {
            Memory.Uploaded += numbers.Length;
            numbers.CopyTo(Numbers);
        }

        public override void Download(Span<T> numbers)
        {
            Memory.Downloaded += numbers.Length;
            Numbers.AsSpan(0, numbers.Length).CopyTo(numbers);
        }

        public override void Clear(int count) => Numbers.AsSpan(0, count).Clear();

        public override void Dispose() => Memory.Copies--;
    }
}
