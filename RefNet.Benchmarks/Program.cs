using RefNet.Benchmarks;

return args switch
{
    ["gemm", .. string[] rest] => GemmBenchmark.Run(rest),
    ["lenet"] => LeNetBenchmark.Run(),
    ["lenet-refnet", string folder, string batch, string threads] => LeNetRefNet.Run(folder, int.Parse(batch), int.Parse(threads)),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("""
        dotnet run -c Release --project RefNet.Benchmarks -- <what>

          gemm [threads]   the matrix product against OpenBLAS and Math.NET, on 1 thread or as many as given
          lenet            training LeNet-5 against PyTorch
        """);
    return 1;
}
