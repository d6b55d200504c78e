using RefNet.Data;
using RefNet.Randomness;

namespace RefNet.Tests.Training;

/// <summary>A small set in MNIST's form that is quick to learn: class c is a bright bar at a place of its own, with noise.</summary>
internal static class SyntheticData
{
    private const int Size = 28;

    public static Dataset Create(int trainingImages = 300, int testImages = 100) =>
        new("bars", Bars(trainingImages, stream: 1), Bars(testImages, stream: 2));

    private static ImageSet Bars(int count, int stream)
    {
        Random random = Seeds.Create(7, stream);
        byte[] pixels = new byte[count * Size * Size];
        byte[] labels = new byte[count];
        for (int n = 0; n < count; n++)
        {
            labels[n] = (byte)random.Next(10);
            for (int i = 0; i < Size; i++)
            {
                for (int j = 0; j < Size; j++)
                {
                    bool ink = labels[n] < 5 ? i / 5 == labels[n] : j / 5 == labels[n] - 5;
                    pixels[(n * Size + i) * Size + j] = (byte)((ink ? 200 : 0) + random.Next(56));
                }
            }
        }

        return new ImageSet(pixels, labels, Size, Size, [.. Enumerable.Range(0, 10).Select(c => c.ToString())]);
    }
}
