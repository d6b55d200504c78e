using NUnit.Framework;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Tests.Models;

[TestFixture]
public sealed class DigitBitmapsTests
{
    [Test]
    public void X22_TheClosestDigitsDifferIn16Of84Pixels()
    {
        Tensor<float> bitmaps = DigitBitmaps.Create<float>();
        IEnumerable<(int Pixels, int A, int B)> distances =
            from a in Enumerable.Range(0, 10)
            from b in Enumerable.Range(0, a)
            select (bitmaps.Sample(a).ToArray().Zip(bitmaps.Sample(b).ToArray()).Count(pixel => pixel.First != pixel.Second), a, b);
        Assert.That(distances.Min(), Is.EqualTo((16, 6, 0)), "6 and 0, and 9 and 0; each pixel adds (1 - -1)² = 4 to the penalty of the other digit");
    }

    [Test]
    public void TheBitmapOfSevenReadsAsASeven()
    {
        string seven = string.Concat(DigitBitmaps.Create<float>().Sample(7).ToArray().Select((ink, pixel) => (ink > 0 ? "#" : ".") + (pixel % 7 == 6 ? "\n" : "")));
        Assert.That(seven, Does.StartWith("#######\n##...##\n.....##\n").And.EndsWith(".##....\n"));
    }
}
