namespace RefNet.Console;

/// <summary>A data set that can be downloaded.</summary>
/// <param name="Name">Its name, and that of its folder.</param>
/// <param name="Credit">Authors, year and licence.</param>
/// <param name="Files">The files to fetch.</param>
/// <param name="ClassNames">The names of its classes where its files have none; otherwise empty.</param>
internal sealed record DataSource(string Name, string Credit, IReadOnlyList<DataSource.File> Files, IReadOnlyList<string> ClassNames)
{
    /// <summary>A file to fetch.</summary>
    /// <param name="Address">Its URL.</param>
    /// <param name="Name">Its name in the folder.</param>
    /// <param name="Sha256">The expected SHA-256: of an archive itself, and of other files unpacked, since gzip output may differ.</param>
    /// <param name="MostBytes">The largest size allowed.</param>
    public sealed record File(Uri Address, string Name, string Sha256, long MostBytes)
    {
        /// <summary>Whether it is an archive with the data set in .bin files.</summary>
        public bool IsArchive => Name.EndsWith(".tar.gz", StringComparison.Ordinal);
    }

    private const string Fashion = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/";

    /// <summary>All known sources.</summary>
    public static IReadOnlyList<DataSource> All { get; } =
    [
        new("cifar10", "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
            [new(new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"), "cifar-10-binary.tar.gz", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170_052_171)],
            []),
        new("fashion-mnist", "Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017; MIT licence",
            [
                FashionFile("train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                FashionFile("train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                FashionFile("t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                FashionFile("t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ],
            ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]),
    ];

    private static File FashionFile(string name, string sha256) => new(new Uri($"{Fashion}{name}.gz"), $"{name}.gz", sha256, 40_000_000);
}
