using System.Globalization;

namespace RefNet.Tests.Data.Digits;

/// <summary>Drawings that are no digits, in a square of side 1: things, letters and signs that resemble no digit, and scribbles.</summary>
internal static class DrawnThings
{
    /// <summary>Twenty things: a house, a heart, an arrow ...</summary>
    public static IReadOnlyList<Point[][]> Things { get; } =
    [
        Strokes(".2,.9 .2,.4 .5,.1 .8,.4 .8,.9 .2,.9|.4,.9 .4,.6 .6,.6 .6,.9"), // house
        Strokes(".5,.9 .15,.5 .1,.3 .2,.15 .35,.12 .5,.3 .65,.12 .8,.15 .9,.3 .85,.5 .5,.9"), // heart
        Strokes(".1,.5 .9,.5|.65,.25 .9,.5 .65,.75"), // arrow
        [Circle(.5, .5, .4), .. Strokes(".1,.5 .9,.5|.5,.1 .5,.9|.22,.22 .78,.78|.78,.22 .22,.78")], // wheel
        Strokes(".5,.1 .62,.4 .92,.4 .68,.6 .78,.9 .5,.72 .22,.9 .32,.6 .08,.4 .38,.4 .5,.1"), // star
        Strokes(".5,.1 .25,.4 .4,.4 .15,.7 .85,.7 .6,.4 .75,.4 .5,.1|.5,.7 .5,.95"), // fir
        [Circle(.4, .5, .3), .. Strokes(".68,.5 .92,.3 .92,.7 .68,.5|.25,.42 .27,.44")], // fish
        [Circle(.5, .5, .2), .. Strokes(".5,.05 .5,.2|.5,.8 .5,.95|.05,.5 .2,.5|.8,.5 .95,.5|.2,.2 .3,.3|.7,.7 .8,.8|.8,.2 .7,.3|.2,.8 .3,.7")], // sun
        [.. Strokes(".2,.2 .25,.85 .65,.85 .7,.2 .2,.2"), DrawnDigits.Arc(.7, .45, .18, .15, -80, 80)], // cup
        Strokes(".2,.95 .2,.08 .8,.2 .8,.5 .2,.5"), // flag
        Strokes(".1,.65 .25,.9 .75,.9 .9,.65 .1,.65|.5,.65 .5,.1 .8,.55 .5,.55"), // boat
        [Circle(.25, .5, .18), .. Strokes(".43,.5 .92,.5 .92,.68|.75,.5 .75,.65")], // key
        Strokes(".55,.05 .25,.55 .5,.55 .4,.95 .75,.4 .5,.4 .55,.05"), // lightning
        Strokes(".05,.85 .35,.25 .55,.6 .7,.4 .95,.85 .05,.85"), // mountains
        [Circle(.5, .5, .42), Circle(.35, .4, .04), Circle(.65, .4, .04), DrawnDigits.Arc(.5, .55, .22, .2, 20, 160)], // face
        Strokes(".1,.25 .9,.25 .9,.78 .1,.78 .1,.25 .5,.55 .9,.25"), // envelope
        Strokes(".3,.05 .3,.95|.7,.05 .7,.95|.3,.25 .7,.25|.3,.5 .7,.5|.3,.75 .7,.75"), // ladder
        [DrawnDigits.Arc(.5, .5, .42, .4, 180, 360), .. Strokes(".08,.5 .92,.5|.5,.5 .5,.85 .42,.93 .34,.86")], // umbrella
        Strokes(".25,.3 .25,.9 .85,.9 .85,.3 .25,.3|.25,.3 .4,.1 .95,.1 .85,.3|.95,.1 .95,.7 .85,.9"), // cube
        [[.. Enumerable.Range(0, 80).Select(i => new Point(.5 + .005 * i * Math.Cos(.25 * i), .5 + .005 * i * Math.Sin(.25 * i)))]], // spiral
    ];

    /// <summary>Eighteen letters and signs: A E F H K M N R T V W X Y + # * Σ Δ.</summary>
    public static IReadOnlyList<Point[][]> Letters { get; } =
    [
        Strokes(".15,.95 .5,.05 .85,.95|.28,.62 .72,.62"),
        Strokes(".8,.05 .2,.05 .2,.95 .8,.95|.2,.5 .7,.5"),
        Strokes(".8,.05 .2,.05 .2,.95|.2,.5 .7,.5"),
        Strokes(".2,.05 .2,.95|.8,.05 .8,.95|.2,.5 .8,.5"),
        Strokes(".2,.05 .2,.95|.8,.05 .2,.55|.4,.4 .8,.95"),
        Strokes(".1,.95 .15,.05 .5,.6 .85,.05 .9,.95"),
        Strokes(".2,.95 .2,.05 .8,.95 .8,.05"),
        [.. Strokes(".2,.05 .2,.95|.45,.5 .8,.95"), [new(.2, .06), .. DrawnDigits.Arc(.5, .28, .28, .22, -90, 90), new(.2, .5)]],
        Strokes(".1,.05 .9,.05|.5,.05 .5,.95"),
        Strokes(".15,.05 .5,.95 .85,.05"),
        Strokes(".05,.05 .3,.95 .5,.3 .7,.95 .95,.05"),
        Strokes(".15,.05 .85,.95|.85,.05 .15,.95"),
        Strokes(".15,.05 .5,.5 .85,.05|.5,.5 .5,.95"),
        Strokes(".1,.5 .9,.5|.5,.1 .5,.9"),
        Strokes(".35,.05 .3,.95|.7,.05 .65,.95|.1,.33 .9,.33|.1,.67 .9,.67"),
        Strokes(".5,.1 .5,.9|.15,.3 .85,.7|.85,.3 .15,.7"),
        Strokes(".85,.05 .15,.05 .55,.5 .15,.95 .85,.95"),
        Strokes(".5,.08 .08,.92 .92,.92 .5,.08"),
    ];

    /// <summary>A scribble of one to four strokes.</summary>
    public static Point[][] Scribble(Random random) =>
        [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (Point[])[.. Enumerable.Range(0, 3 + random.Next(6)).Select(_ => new Point(random.NextDouble(), random.NextDouble()))])];

    private static Point[] Circle(double x, double y, double radius) => DrawnDigits.Arc(x, y, radius, radius, 0, 360);

    // x,y of each point; a bar between strokes.
    private static Point[][] Strokes(string text) =>
    [
        .. text.Split('|').Select(stroke => (Point[])
        [
            .. stroke.Split(' ').Select(point => point.Split(',')).Select(xy => new Point(double.Parse(xy[0], CultureInfo.InvariantCulture), double.Parse(xy[1], CultureInfo.InvariantCulture))),
        ]),
    ];
}
