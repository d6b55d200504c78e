using System.Net;
using System.Text;
using RefNet.Data;

namespace RefNet.Console;

/// <summary>
/// A self-contained page: no script, no external resources, all pictures inside; readable on a telephone and by a screen reader, dark where
/// the reader's system is. It is well-formed XML too, except for its first line.
/// </summary>
internal sealed class HtmlPage
{
    private const string Style = """
        body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
        h1 { line-height: 1.2; }
        h2 { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 2.5rem; }
        .panels { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0; flex: 0 1 14rem; }
        figure.wide { flex-basis: auto; max-width: 100%; }
        figure.small { flex: 0 1 6.5rem; }
        figure.chart { flex: 1 1 20rem; max-width: 28.5rem; }
        img { width: 100%; height: auto; image-rendering: pixelated; display: block; }
        figure.wide img { width: auto; max-width: 100%; }
        figcaption, .paper { color: var(--soft); font-size: .875rem; }
        pre { white-space: pre-wrap; border: 1px solid var(--line); border-radius: .25rem; padding: .5rem .75rem; }
        pre span { display: inline-block; max-width: 100%; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
        caption { text-align: left; color: var(--soft); padding-bottom: .25rem; max-width: calc(100vw - 2rem); }
        th, td { padding: .2rem .5rem; text-align: right; white-space: nowrap; }
        thead th { border-bottom: 1px solid var(--line); vertical-align: bottom; }
        tbody th, thead th:first-child { text-align: left; font-weight: 600; }
        .right { background: color-mix(in srgb, var(--good) var(--share), transparent); }
        .wrong { background: color-mix(in srgb, var(--bad) var(--share), transparent); }
        .facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; }
        .facts dt { color: var(--soft); font-size: .875rem; }
        .facts dd { margin: 0; font-size: 1.25rem; }
        .facts dd small { display: block; font-size: .875rem; color: var(--soft); }
        svg { width: 100%; height: auto; display: block; font: 11px system-ui, sans-serif; }
        svg text { fill: var(--soft); }
        .grid { stroke: var(--line); stroke-width: 1; }
        .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); } .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); }
        .d1 { stroke-dasharray: 6 3; } .d2 { stroke-dasharray: 2 3; } .d3 { stroke-dasharray: 8 3 2 3; }
        .dot { fill: var(--paper); stroke-width: 2; }
        .bar { fill: var(--c0); fill-opacity: .45; stroke: var(--c0); }
        .band { fill: var(--c0); fill-opacity: .22; }
        .single { stroke: var(--c0); stroke-opacity: .22; stroke-width: 12; }
        .ideal { stroke: var(--ink); stroke-dasharray: 4 3; fill: none; }
        .key { display: inline-block; width: 1.75rem; height: .75rem; vertical-align: baseline; }
        summary { cursor: pointer; }
        """;

    // The same colours as on the page of refnet serve.
    private static readonly string colours = Resource("colours.css");

    private readonly StringBuilder body = new();
    private readonly string title;

    public HtmlPage(string title)
    {
        this.title = title;
        Heading(1, title);
    }

    /// <summary>
    /// A text as HTML. File names, class names and paths are data: they give no markup and no invisible characters.
    /// </summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Printable.Line(text));

    /// <summary>Adds a heading.</summary>
    public void Heading(int level, string text) => body.Append($"<h{level}>{Text(text)}</h{level}>\n");

    /// <summary>Adds a paragraph, with less important text after it.</summary>
    public void Paragraph(string text, string? less = null) =>
        body.Append($"<p>{Text(text)}{(less is null ? "" : $" <span class=\"paper\">{Text(less)}</span>")}</p>\n");

    /// <summary>Adds a less important paragraph.</summary>
    public void Note(string text) => body.Append($"<p class=\"paper\">{Text(text)}</p>\n");

    /// <summary>Adds a line to copy.</summary>
    public void Code(string text) => body.Append($"<pre><code><span>{string.Join(" </span><span>", text.Split(' ').Select(Text))}</span></code></pre>\n");

    /// <summary>Adds the most important numbers, each with its name and a remark.</summary>
    public void Facts(IEnumerable<(string Name, string Value, string Remark)> facts)
    {
        body.Append("<dl class=\"facts\">\n");
        foreach ((string name, string value, string remark) in facts)
            body.Append($"<div><dt>{Text(name)}</dt><dd>{Text(value)}{(remark.Length == 0 ? "" : $" <small>{Text(remark)}</small>")}</dd></div>\n");
        body.Append("</dl>\n");
    }

    /// <summary>Adds pictures side by side; their captions may have several lines.</summary>
    /// <param name="panels">The pictures.</param>
    /// <param name="areSmall">Whether they are small, with many in a row.</param>
    public void Panels(IReadOnlyList<Panel> panels, bool areSmall = false)
    {
        body.Append("<div class=\"panels\">\n");
        foreach (Panel panel in panels)
        {
            using MemoryStream png = new();
            PngWriter.Write(png, panel.Picture);
            string kind = areSmall ? " class=\"small\"" : panel.Picture.Columns > 240 ? " class=\"wide\"" : "";
            body.Append($"<figure{kind}><img width=\"{panel.Picture.Columns}\" height=\"{panel.Picture.Rows}\" alt=\"{Text(panel.Caption.Replace("\n", ", "))}\" src=\"data:image/png;base64,{Convert.ToBase64String(png.ToArray())}\" />\n")
                .Append($"<figcaption>{string.Join("<br />", panel.Caption.Split('\n').Select(Text))}</figcaption></figure>\n");
        }

        body.Append("</div>\n");
    }

    /// <summary>Adds charts side by side, each drawn as SVG with its caption as HTML.</summary>
    public void Charts(params IEnumerable<(string Svg, string Caption)> charts)
    {
        body.Append("<div class=\"panels\">\n");
        foreach ((string svg, string caption) in charts)
            body.Append($"<figure class=\"chart\"><figcaption>{caption}</figcaption>{svg}</figure>\n");
        body.Append("</div>\n");
    }

    /// <summary>Adds a table; the first cell of a row is its header. Wide ones scroll.</summary>
    public void Table(string caption, IEnumerable<string> headers, IEnumerable<IReadOnlyList<string>> rows) =>
        Table(caption, headers, rows.Select(row => (row[0], row.Skip(1).Select(cell => new Cell(cell)))));

    /// <summary>Adds a table whose cells may be shaded.</summary>
    public void Table(string caption, IEnumerable<string> headers, IEnumerable<(string Header, IEnumerable<Cell> Cells)> rows)
    {
        body.Append($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{Text(caption)}\"><table>\n<caption>{Text(caption)}</caption>\n<thead><tr>")
            .AppendJoin("", headers.Select(header => header.Length == 0 ? "<td></td>" : $"<th scope=\"col\">{Text(header)}</th>"))
            .Append("</tr></thead>\n<tbody>\n");
        foreach ((string header, IEnumerable<Cell> cells) in rows)
            body.Append($"<tr><th scope=\"row\">{Text(header)}</th>").AppendJoin("", cells.Select(cell => cell.ToHtml())).Append("</tr>\n");
        body.Append("</tbody></table></div>\n");
    }

    /// <summary>Adds content that is hidden behind a line until the reader opens it.</summary>
    public void Details(string line, Action add)
    {
        body.Append($"<details><summary>{Text(line)}</summary>\n");
        add();
        body.Append("</details>\n");
    }

    /// <summary>The whole page.</summary>
    public string ToHtml() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{Text(title)}</title>
        <style>
        {colours}{Style}
        </style>
        </head>
        <body>
        <main>
        {body}</main>
        </body>
        </html>

        """;

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>A cell of a table.</summary>
    /// <param name="Text">Its text.</param>
    /// <param name="Kind">The shade: right, wrong, or null for none.</param>
    /// <param name="Share">The strength of the shade, from 0 to 1.</param>
    public sealed record Cell(string Text, string? Kind = null, double Share = 0)
    {
        // A darker shade would make the number hard to read.
        private const double Most = 60;

        public string ToHtml() => Kind is null
            ? $"<td>{HtmlPage.Text(Text)}</td>"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"<td class=\"{Kind}\" style=\"--share: {Most * Share:F1}%\">{HtmlPage.Text(Text)}</td>");
    }
}
