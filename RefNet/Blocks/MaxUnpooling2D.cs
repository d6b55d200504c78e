using System.Numerics;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Max pooling, layers in between, and unpooling to the positions of the maxima: z = f(P x), then y_c(u,v) = sum of z_c(i,j) over the windows (i,j)
/// that x_c(u,v) won, 0 elsewhere; samples of shape C x H x W -> the same. The positions, called switches, are those of this x.
/// Zeiler and Fergus 2014, section 2.1; Noh et al. 2015, section 3.2 (deconvolution network); LECTURES L14.
/// </summary>
/// <remarks>
/// The output of f has the shape of its input. Blocks nest: that of the first pooling contains that of the second. With the <see cref="Identity{T}"/> as f only
/// the maxima remain, each in its position. Visualising a trained network needs none of this: <c>Backward</c> of a <see cref="MaxPooling2D{T}"/> is unpooling.
/// </remarks>
public sealed class MaxUnpooling2D<T> : Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolingGeometry geometry;
    private int[] switches = []; // the index of the maximum of each window in its map
    private Tensor<T>? innerGradient;

    /// <summary>Creates the block.</summary>
    /// <param name="pooling">P.</param>
    /// <param name="inner">f.</param>
    public MaxUnpooling2D(MaxPooling2D<T> pooling, Layer<T> inner) : base(pooling, inner) => geometry = pooling.Geometry;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Shape pooled = Layers[0].ShapeOf(input), inner = Layers[1].ShapeOf(pooled);
        return inner.Equals(pooled) ? input : throw Unfit($"{Layers[1].Name} to give the shape that {Layers[0].Name} gives, {pooled}, so that each number has a place", inner);
    }

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => Layers[0].Cost(input) + Layers[1].Cost(Layers[0].OutputShape(input));

    /// <inheritdoc/>
    private protected override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory)
    {
        Tensor<T> pooled = Layers[0].Forward(x, mode, memory with { KeepsOutput = Layers[1].ReadsInput });
        Tensor<T> z = Layers[1].Forward(pooled, mode, memory with { KeepsOutput = false });
        Tensor<T> y = OutputMemory(outputShape, memory);
        FindSwitches(x, z.Shape);
        int maps = x.Shape[0] * x.Shape[1], windows = z.Count / maps, pixels = x.Count / maps;
        ReadOnlySpan<T> zs = z.Values;
        Span<T> ys = y.Span;
        ys.Clear();
        for (int i = 0; i < zs.Length; i++)
            ys[i / windows * pixels + switches[i]] += zs[i]; // y_c(u,v) = sum of z_c(i,j)
        memory.Pool?.Return(pooled, stillNeeded: z);
        memory.Pool?.Return(z, stillNeeded: x);
        return y;
    }

    // A small change of x changes the maxima, but not their positions:
    // (1) dz_c(i,j) = dy_c at the switch of (i,j)
    // (2) dX = P'ᵀ f'ᵀ dz

    /// <inheritdoc/>
    private protected override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool)
    {
        Tensor<T> dZ = Tensor<T>.Reuse(ref innerGradient, Layers[1].LastOutputShape);
        int maps = x.Shape[0] * x.Shape[1], windows = dZ.Count / maps, pixels = x.Count / maps;
        ReadOnlySpan<T> dys = dY.Values;
        Span<T> dzs = dZ.Span;
        for (int i = 0; i < dzs.Length; i++)
            dzs[i] = dys[i / windows * pixels + switches[i]]; // (1)

        Tensor<T>? dPooled = Layers[1].Backward(dZ, needsInputGradient, pool);
        if (dPooled is null)
            return null;
        Tensor<T>? dX = Layers[0].Backward(dPooled, needsInputGradient, pool); // (2)
        pool?.Return(dPooled, stillNeeded: dZ);
        return dX;
    }

    // The rule of MaxPooling2D: of equal elements the first in row-major order wins; the last NaN wins over all.
    private void FindSwitches(Tensor<T> x, Shape pooled)
    {
        if (switches.Length < pooled.Count)
            switches = new int[pooled.Count];
        int rows = x.Shape[2], columns = x.Shape[3], i = 0;
        for (int n = 0; n < pooled[0]; n++)
        {
            for (int c = 0; c < pooled[1]; c++)
            {
                for (int row = 0; row < pooled[2]; row++)
                    for (int column = 0; column < pooled[3]; column++)
                        switches[i++] = Winner(x.Plane(n, c), columns, PoolingGeometry.Cover(geometry.Rows, row, rows), PoolingGeometry.Cover(geometry.Columns, column, columns));
            }
        }
    }

    private static int Winner(ReadOnlySpan<T> map, int width, (int Start, int End) rows, (int Start, int End) columns)
    {
        int winner = rows.Start * width + columns.Start;
        for (int u = rows.Start; u < rows.End; u++)
        {
            for (int v = columns.Start; v < columns.End; v++)
            {
                int place = u * width + v;
                if (map[place] > map[winner] || T.IsNaN(map[place]))
                    winner = place;
            }
        }

        return winner;
    }

    /// <summary>The C# that creates this block, one line per layer.</summary>
    public override string ToString() => CSharp.New(this, CSharp.Lines(Layers));
}
