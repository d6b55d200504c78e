namespace RefNet.Gpu;

/// <summary>A call into CUDA failed. The message names the call, the status that it returned, and what the status means.</summary>
public sealed class CudaException : Exception
{
    /// <summary>Creates an error other than a status: a library without an expected function ...</summary>
    internal CudaException(string message) : base(message) { }

    internal CudaException(string call, int status, string meaning) : base($"{call} returned {status}: {meaning}.")
    {
        Call = call;
        Status = status;
    }

    /// <summary>The function that failed, such as cuMemAlloc_v2; null where no function was called.</summary>
    public string? Call { get; }

    /// <summary>The status it returned; each library has its own numbers, and 0 is success in all.</summary>
    public int Status { get; }
}
