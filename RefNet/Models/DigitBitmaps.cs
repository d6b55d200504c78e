using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// Bitmaps of the ten digits, 7 pixels wide and 12 high: the targets of the 84 = 7 x 12 units of layer F6 of LeNet-5.
/// LeCun et al. 1998, section II-B and figure 3; LECTURES X22, D2.
/// </summary>
/// <remarks>
/// The bitmaps are drawn for RefNet in the style of the paper's figure. Similar digits have similar bitmaps, so that
/// an ambiguous input lies between the classes that it could belong to.
/// </remarks>
public static class DigitBitmaps
{
    /// <summary>The width of a bitmap in pixels.</summary>
    public const int Width = 7;

    /// <summary>The height of a bitmap in pixels.</summary>
    public const int Height = 12;

    private const string Drawing = """
        ..###.. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .####..
        .##.##. ..###.. ##...## ##...## ...###. ##..... .##..## ##...## ##...## ##..##.
        ##...## .####.. ##...## .....## ..####. ##..... ##..... .....## ##...## ##...##
        ##...## ...##.. .....## .....## ..#.##. ##..... ##..... ....##. ##...## ##...##
        ##...## ...##.. .....## .....## .##.##. ######. ##..... ....##. .##.##. ##...##
        ##...## ...##.. ....##. ..####. .#..##. ##...## ##.###. ...##.. ..###.. ##..###
        ##...## ...##.. ...##.. ..####. ##..##. .....## ###..## ...##.. .##.##. .###.##
        ##...## ...##.. ..##... .....## ##..##. .....## ##...## ..##... ##...## .....##
        ##...## ...##.. .##.... .....## ####### .....## ##...## ..##... ##...## .....##
        ##...## ...##.. ##..... .....## ....##. .....## ##...## .##.... ##...## .....##
        .##.##. ...##.. ##..... ##...## ....##. ##...## .##..## .##.... ##...## ##..##.
        ..###.. .###### ####### .#####. ....##. .#####. ..####. .##.... .#####. .####..
        """;

    /// <summary>The centres of <see cref="RefNet.Layers.EuclideanRadialBasis{T}"/>: 10 x 84, +1 for ink and -1 for paper, row by row.</summary>
    public static Tensor<T> Create<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] lines = Drawing.Split('\n');
        Tensor<T> centres = new(new Shape(10, Height * Width));
        for (int digit = 0; digit < 10; digit++)
        {
            for (int pixel = 0; pixel < Height * Width; pixel++)
            {
                char drawn = lines[pixel / Width][digit * (Width + 1) + pixel % Width];
                centres[digit, pixel] = drawn == '#' ? T.One : -T.One;
            }
        }

        return centres;
    }
}
