using System.Text;
using RefNet.Data;

namespace RefNet.Console;

/// <summary>Draws an image as text: the darker the ink, the denser the character. One line shows two rows of pixels, since characters are twice as high as wide.</summary>
internal static class DigitPicture
{
    private const string Densities = " .:-=+*#%@";

    public static string Draw(GreyImage ink)
    {
        StringBuilder picture = new();
        for (int row = 0; row < ink.Rows; row += 2)
        {
            for (int column = 0; column < ink.Columns; column++)
            {
                int lower = ink[Math.Min(row + 1, ink.Rows - 1), column];
                int density = (ink[row, column] + lower) / 2 * (Densities.Length - 1);
                picture.Append(Densities[(density + 254) / 255]);
            }

            picture.AppendLine();
        }

        return picture.ToString();
    }
}
