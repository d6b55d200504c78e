using FsCheck;
using FsCheck.Fluent;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>A batch of N x C x H x W numbers, or of N x C where there is one position.</summary>
public sealed record Maps(int N, int C, int H, int W, int Seed)
{
    /// <summary>Planes shorter and longer than a register; every fourth batch holds vectors.</summary>
    public static Gen<Maps> Generator { get; } =
        from n in Gen.Choose(1, 5)
        from c in Gen.Choose(1, 7)
        from h in Gen.Choose(1, 7)
        from w in Gen.Choose(1, 21)
        from isVector in Gen.Elements(true, false, false, false)
        from seed in Gen.Choose(0, 1_000_000_000)
        select isVector ? new Maps(n, c + w, 1, 1, seed) : new Maps(n, c, h, w, seed);

    /// <summary>Matrices of N x C.</summary>
    public static Gen<Maps> Vectors { get; } = Generator.Select(maps => maps with { C = maps.C + maps.W - 1, H = 1, W = 1 });

    public Shape Shape => H * W == 1 ? new Shape(N, C) : new Shape(N, C, H, W);

    /// <summary>A number for each channel.</summary>
    public Shape PerChannel => new(C);

    /// <summary>m, how many numbers a channel has in the batch.</summary>
    public int Count => N * H * W;

    public IEnumerable<Maps> Shrink()
    {
        if (N > 1)
            yield return this with { N = N - 1 };
        if (C > 1)
            yield return this with { C = C - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W / 2 };
    }
}
