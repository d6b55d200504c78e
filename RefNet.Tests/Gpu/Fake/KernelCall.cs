using System.Numerics;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>A kernel that was launched, with its arguments.</summary>
internal sealed unsafe class KernelCall(FakeFunction function, void** arguments, LaunchGrid grid)
{
    public FakeFunction Function { get; } = function;
    public ColumnShape Shape { get; } = *(ColumnShape*)arguments[0];
    public nint From { get; } = *(nint*)arguments[1];
    public nint To { get; } = *(nint*)arguments[2];
    public LaunchGrid Grid { get; } = grid;

    public long FromBytes => Bytes(Function.Name switch
    {
        ManagedKernels.ToColumns => Shape.Images * Shape.ImageElements,
        ManagedKernels.AddBias => Shape.Outputs,
        _ => Shape.Images * Shape.ColumnElements,
    });

    public long ToBytes => Bytes(Shape.Images * Function.Name switch
    {
        ManagedKernels.ToColumns => Shape.ColumnElements,
        ManagedKernels.AddBias => Shape.MapElements,
        _ => Shape.ImageElements,
    });

    private long Bytes(long elements) => elements * (Function.InDouble ? sizeof(double) : sizeof(float));
}

/// <summary>A kernel of a module.</summary>
internal sealed record FakeFunction(string Name, bool InDouble);

/// <summary>What runs kernels.</summary>
internal interface IKernelRunner
{
    void Run(KernelCall call);
}

/// <summary>The kernels as loops over taps and positions, which say what they mean.</summary>
internal sealed unsafe class ManagedKernels : IKernelRunner
{
    public const string ToColumns = "images_to_columns";
    public const string AddBias = "add_bias";

    /// <summary>The names of these kernels; others run only where there is a C++ compiler.</summary>
    public static readonly string[] All = [ToColumns, "columns_to_images", AddBias];

    public void Run(KernelCall call)
    {
        if (call.Function.InDouble)
            Run((double*)call.From, (double*)call.To, call);
        else
            Run((float*)call.From, (float*)call.To, call);
    }

    private static void Run<T>(T* from, T* to, KernelCall call) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ColumnShape s = call.Shape;
        if (call.Function.Name == AddBias)
        {
            int positions = s.Images * s.Positions;
            for (int f = 0; f < s.Outputs; f++)
            {
                for (int p = 0; p < positions; p++)
                    to[f * positions + p] += from[f];
            }

            return;
        }

        bool toColumns = call.Function.Name == ToColumns;
        if (!toColumns)
            new Span<T>(to, (int)(s.Images * s.ImageElements)).Clear();
        long e = 0;
        for (int tap = 0; tap < s.Rows; tap++)
        {
            int v = tap % s.KernelColumns, u = tap / s.KernelColumns % s.KernelRows, c = tap / (s.KernelColumns * s.KernelRows);
            for (int n = 0; n < s.Images; n++)
            {
                for (int i = 0; i < s.OutputRows; i++)
                {
                    for (int j = 0; j < s.OutputColumns; j++, e++)
                    {
                        int row = s.FirstRow + u * s.RowStep + i * s.RowStride;
                        int column = s.FirstColumn + v * s.ColumnStep + j * s.ColumnStride;
                        bool isInside = row >= 0 && row < s.Height && column >= 0 && column < s.Width;
                        long pixel = (((long)n * s.Channels + c) * s.Height + row) * s.Width + column;
                        if (toColumns)
                            to[e] = isInside ? from[pixel] : T.Zero;
                        else if (isInside)
                            to[pixel] += from[e];
                    }
                }
            }
        }
    }
}
