namespace RefNet.Tests.Data.Digits;

/// <summary>A point; y points down.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>Digits as people write them: polylines in a square of side 1, several forms for each digit.</summary>
internal static class DrawnDigits
{
    private static readonly Point[][][][] Forms =
    [
        [
            [Arc(.5, .5, .27, .43, -90, 270)],
            [Arc(.5, .5, .33, .42, -70, 300)],
            [Arc(.5, .5, .22, .44, -120, 240)],
        ],
        [
            [[new(.5, .06), new(.5, .94)]],
            [[new(.34, .26), new(.54, .06), new(.52, .94)]],
            [[new(.55, .05), new(.47, .95)]],
        ],
        [
            [[.. Arc(.48, .3, .25, .23, -170, 25), new(.26, .92), new(.78, .92)]],
            [[.. Arc(.46, .28, .23, .2, -150, 40), new(.4, .66), new(.22, .9), new(.5, .88), new(.8, .92)]],
            [[.. Arc(.5, .28, .24, .21, -160, 50), .. Arc(.34, .82, .12, .1, -40, -300), new(.56, .9), new(.8, .84)]],
        ],
        [
            [[.. Arc(.46, .29, .24, .21, -150, 85), .. Arc(.46, .71, .28, .22, -85, 150)]],
            [[.. Arc(.45, .27, .22, .19, -140, 70), .. Arc(.46, .69, .27, .24, -70, 140)]],
            [[new(.25, .1), new(.7, .1), new(.47, .42), .. Arc(.46, .68, .26, .24, -80, 145)]],
        ],
        [
            [[new(.54, .07), new(.2, .6), new(.84, .6)], [new(.66, .32), new(.64, .94)]],
            [[new(.26, .08), new(.22, .52), new(.74, .5)], [new(.72, .08), new(.7, .94)]],
            [[new(.3, .1), new(.24, .4), new(.34, .52), new(.7, .46)], [new(.76, .06), new(.66, .94)]],
        ],
        [
            [[new(.36, .1), new(.33, .44), .. Arc(.46, .68, .27, .24, -120, 145)], [new(.36, .1), new(.76, .09)]],
            [[new(.74, .08), new(.36, .1), new(.32, .46), .. Arc(.47, .67, .26, .24, -115, 140)]],
            [[new(.8, .07), new(.42, .09), new(.36, .42), .. Arc(.46, .66, .26, .25, -95, 150)]],
        ],
        [
            [[new(.62, .06), new(.4, .34), new(.29, .64), .. Arc(.51, .7, .22, .21, 180, 530)]],
            [[.. Arc(.66, .62, .4, .56, -105, -190), .. Arc(.5, .72, .22, .2, 170, 520)]],
            [[new(.48, .05), new(.33, .5), .. Arc(.5, .73, .2, .19, 190, 545)]],
        ],
        [
            [[new(.22, .12), new(.78, .1), new(.46, .93)]],
            [[new(.22, .14), new(.8, .1), new(.58, .5), new(.5, .94)]],
            [[new(.24, .2), new(.25, .1), new(.76, .11), new(.42, .93)]],
        ],
        [
            [[.. Arc(.5, .28, .2, .2, 90, 450), .. Arc(.5, .71, .25, .22, -90, 270)]],
            [[.. Arc(.52, .27, .19, .19, -30, -265), .. Arc(.48, .7, .22, .22, -85, 215), new(.68, .2)]],
            [[.. Arc(.5, .28, .23, .2, 80, 440), .. Arc(.5, .7, .24, .23, -80, 280)]],
        ],
        [
            [[.. Arc(.48, .3, .22, .22, 0, 360), new(.68, .6), new(.62, .93)]],
            [[.. Arc(.48, .31, .21, .22, -20, -350), new(.7, .2), new(.66, .94)]],
            [[.. Arc(.47, .3, .22, .2, -30, -340), .. Arc(.42, .6, .27, .33, -45, 100)]],
        ],
    ];

    /// <summary>The number of forms of each digit.</summary>
    public const int FormsOfEach = 3;

    /// <summary>One form as it is written above.</summary>
    public static Point[][] Form(int digit, int form) => Forms[digit][form];

    /// <summary>One of the forms, as another hand writes it.</summary>
    public static Point[][] Write(int digit, Random random) => Distort(Forms[digit][random.Next(FormsOfEach)], random);

    /// <summary>Strokes that are turned, sheared, stretched and bent at random.</summary>
    public static Point[][] Distort(Point[][] form, Random random)
    {
        double Within(double range) => (2 * random.NextDouble() - 1) * range;
        double turn = Within(.1), shear = Within(.18) - .05, width = .9 + Within(.2);
        (double bendX, double bendY, double phase) = (Within(.025), Within(.025), Within(3));
        return
        [
            .. form.Select(stroke => (Point[])
            [
                .. stroke.Select(point =>
                {
                    double x = (point.X - .5 + bendX * Math.Sin(7 * point.Y + phase)) * width + shear * (.5 - point.Y);
                    double y = point.Y - .5 + bendY * Math.Sin(7 * point.X + phase);
                    return new Point(.5 + x * Math.Cos(turn) - y * Math.Sin(turn), .5 + x * Math.Sin(turn) + y * Math.Cos(turn));
                }),
            ]),
        ];
    }

    /// <summary>Points on an ellipse from one angle to another: degrees, clockwise from the right.</summary>
    public static Point[] Arc(double x, double y, double radiusX, double radiusY, double start, double end)
    {
        const int Pieces = 24;
        return
        [
            .. Enumerable.Range(0, Pieces + 1).Select(i => (start + (end - start) * i / Pieces) * Math.PI / 180)
                .Select(angle => new Point(x + radiusX * Math.Cos(angle), y + radiusY * Math.Sin(angle))),
        ];
    }
}
