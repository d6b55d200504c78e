namespace RefNet.Interop;

/// <summary>A file in NumPy's npy format: one tensor, which has the name of the file without .npy.</summary>
public sealed class NpyFile : TensorFile
{
    internal NpyFile(string path, byte[] bytes) : base(path)
    {
        NpyHeader header;
        try
        {
            header = NpyHeader.Read(new MemoryStream(bytes));
        }
        catch (FormatException cause)
        {
            throw Error("a header as the npy format has it", cause.Message);
        }

        int found = bytes.Length - header.Length;
        if (header.DataBytes is { } expected && expected != found)
            throw Error($"{expected} bytes of data, as the header says", $"{found} (it is {(found < expected ? "truncated" : "padded")})");
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        Add(new StoredTensor(path, name, header.TypeName, header.Type, header.Extents, () => bytes.AsMemory(header.Length))
        {
            IsBigEndian = header.IsBigEndian,
            IsColumnMajor = header.IsColumnMajor,
        });
    }

    private InputException Error(string expected, string found) => InputFile.Error(Path, expected, found, "The file is damaged: get another copy.");
}
