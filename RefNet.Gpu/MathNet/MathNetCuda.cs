using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace RefNet.Gpu.MathNet;

/// <summary>
/// Math.NET's own CUDA provider, the package MathNet.Numerics.Providers.CUDA. It is referenced only where RefNet was built
/// with -p:UseMathNetCuda=true, and does nothing without a native library that has to be built from Math.NET's sources.
/// </summary>
/// <remarks>Its calls check no status, so a failure gives wrong numbers and no error: it is used only after a test product was correct.</remarks>
public static class MathNetCuda
{
    private const int Size = 64;

    /// <summary>Makes it the provider of all of Math.NET if it is present and multiplies correctly; otherwise nothing changes.</summary>
    /// <param name="problem">Why it was not used, or null.</param>
    public static bool TryUse(out string? problem)
    {
        ILinearAlgebraProvider before = LinearAlgebraControl.Provider;
        problem = Try();
        if (problem is not null)
            LinearAlgebraControl.Provider = before;
        return problem is null;
    }

    /// <summary>A line on whether it could be used; nothing changes.</summary>
    public static string Describe()
    {
        ILinearAlgebraProvider before = LinearAlgebraControl.Provider;
        string? problem = Try();
        LinearAlgebraControl.Provider = before;
        return $"Math.NET's own CUDA provider: {problem ?? "there, and multiplies rightly"}";
    }

    /// <summary>Whether a provider multiplies matrices of small integers, which need no rounding, exactly.</summary>
    /// <returns>What is wrong, or null.</returns>
    internal static string? Check(ILinearAlgebraProvider provider)
    {
        double[] a = [.. Enumerable.Range(0, Size * Size).Select(i => (double)(i % 13 - 6))];
        double[] b = [.. Enumerable.Range(0, Size * Size).Select(i => (double)(i % 7 - 3))];
        double[] expected = new double[Size * Size];
        double[] found = new double[Size * Size];
        ManagedLinearAlgebraProvider.Instance.MatrixMultiply(a, Size, Size, b, Size, Size, expected);
        provider.MatrixMultiply(a, Size, Size, b, Size, Size, found);
        return found.AsSpan().SequenceEqual(expected) ? null : "its product is wrong, so it is not used";
    }

    private static string? Try()
    {
        try
        {
            return Control.TryUseNativeCUDA() ? Check(LinearAlgebraControl.Provider) : "not used: the package or its native library is not there";
        }
        catch (Exception error)
        {
            return $"not used: {error.Message}";
        }
    }
}
