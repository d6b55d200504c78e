namespace RefNet.Data;

/// <summary>Converts the components of a JPEG picture to red, green and blue. ITU-T T.871 (JFIF), section 7; Adobe Technical Note 5116.</summary>
internal static class JpegColours
{
    /// <summary>Grey unchanged, or red, green and blue.</summary>
    public static byte[] Convert(JpegHeader header, byte[] values)
    {
        int components = header.Components.Length;
        if (components == 1)
            return values;
        bool isYCbCr = header.AdobeTransform is { } transform ? transform != 0 : components == 3 && !header.Components.AsSpan().SequenceEqual("RGB"u8);
        byte[] colours = new byte[values.Length / components * 3];
        for (int from = 0, to = 0; from < values.Length; from += components, to += 3)
        {
            Span<byte> colour = colours.AsSpan(to, 3);
            values.AsSpan(from, 3).CopyTo(colour);
            if (isYCbCr)
                FromYCbCr(colour);
            if (components == 4)
                FromInk(colour, values[from + 3], isInverted: header.AdobeTransform is not null);
        }

        return colours;
    }

    // R = Y + 1.402 Cr', G = Y - 0.344 Cb' - 0.714 Cr', B = Y + 1.772 Cb', with Cb' = Cb - 128 and Cr' = Cr - 128.
    private static void FromYCbCr(Span<byte> colour)
    {
        const int One = 1 << 16, Half = One / 2;
        int y = colour[0] * One + Half, cb = colour[1] - 128, cr = colour[2] - 128;
        colour[0] = Byte((y + 91881 * cr) >> 16);
        colour[1] = Byte((y - 22554 * cb - 46802 * cr) >> 16);
        colour[2] = Byte((y + 116130 * cb) >> 16);
    }

    // Cyan removes red, and black removes everything. Adobe's programs store the light that remains, not the ink.
    private static void FromInk(Span<byte> colour, byte black, bool isInverted)
    {
        int left = isInverted ? black : 255 - black;
        foreach (ref byte value in colour)
            value = (byte)(((isInverted ? value : 255 - value) * left + 127) / 255);
    }

    private static byte Byte(int value) => (byte)Math.Clamp(value, 0, 255);
}
