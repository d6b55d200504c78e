using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu;

[TestFixture]
public sealed unsafe class PackingTests
{
    [Test]
    public void EveryBitIsComparedHoweverManyThereAre([Values(0, 1, 1000, 1 << 18, (1 << 18) + 1, 3 << 18)] int count)
    {
        float[] elements = new float[count];
        fixed (float* memory = new float[count + 1])
        {
            Assert.That(Packing.Holds<float>((nint)memory, elements), Is.True);
            foreach (int i in new[] { 0, count / 2, count - 1 }.Where(i => i >= 0 && i < count))
            {
                elements[i] = -0f;
                Assert.That(Packing.Holds<float>((nint)memory, elements), Is.False, $"element {i}");
                elements[i] = 0;
            }

            memory[count] = 1;
            Assert.That(Packing.Holds<float>((nint)memory, elements), Is.True, "what lies behind is none of its business");
        }
    }

    // Zeros that were never written take address space and no memory.
    [Test]
    public void MoreThanTwoGibibytesAreCompared()
    {
        const int Count = (1 << 28) + 3;
        void* memory = NativeMemory.AllocZeroed(Count, sizeof(double));
        try
        {
            Assert.That(Packing.Holds((nint)memory, new ReadOnlySpan<double>(memory, Count)), Is.True);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
