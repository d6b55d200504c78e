using System.Net;
using System.Text;
using RefNet.Data;

namespace RefNet.Console;

/// <summary>The page of refnet explain: one file without scripts, with its pictures in it, readable on a telephone, dark where the reader's system is.</summary>
internal sealed class ExplainPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --soft: #5a5a5a; --line: #d8d8d8; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #161616; --soft: #a8a8a8; --line: #3a3a3a; } }
        body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
        h2 { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 2.5rem; }
        .panels { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0; flex: 0 1 14rem; }
        figure.wide { flex-basis: auto; max-width: 100%; }
        img { width: 100%; height: auto; image-rendering: pixelated; display: block; }
        figure.wide img { width: auto; max-width: 100%; }
        figcaption, .paper { color: var(--soft); font-size: .875rem; }
        """;

    private readonly StringBuilder body = new();

    public ExplainPage(string title)
    {
        Title = title;
        body.Append($"<h1>{Text(title)}</h1>\n");
    }

    private string Title { get; }

    /// <summary>Begins the part of an image, or of the network.</summary>
    public void Begin(string title, string sentence, Panel? picture)
    {
        body.Append($"<h2>{Text(title)}</h2>\n<p>{Text(sentence)}</p>\n");
        if (picture is not null)
            Add([picture]);
    }

    /// <summary>Adds what one method shows.</summary>
    public void Add(ExplainMethod method, IReadOnlyList<Panel> panels, string? problem)
    {
        body.Append($"<h3>{Text(method.Title)}</h3>\n<p>{Text(method.Sentence)} <span class=\"paper\">{Text(method.Paper)}.</span></p>\n");
        if (problem is not null)
            body.Append($"<p class=\"paper\">Not here: {Text(problem)}</p>\n");
        Add(panels);
    }

    /// <summary>The whole page.</summary>
    public string ToHtml() => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(Title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        {body}</body>
        </html>

        """;

    private void Add(IReadOnlyList<Panel> panels)
    {
        body.Append("<div class=\"panels\">\n");
        foreach (Panel panel in panels)
        {
            using MemoryStream png = new();
            PngWriter.Write(png, panel.Picture);
            string wide = panel.Picture.Columns > 300 ? " class=\"wide\"" : "";
            body.Append($"<figure{wide}><img width=\"{panel.Picture.Columns}\" height=\"{panel.Picture.Rows}\" alt=\"{Text(panel.Caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png.ToArray())}\">\n")
                .Append($"<figcaption>{Text(panel.Caption)}</figcaption></figure>\n");
        }

        body.Append("</div>\n");
    }

    // File names, class names and paths are data: no markup, and no characters that hide.
    private static string Text(string text) => WebUtility.HtmlEncode(Printable.Line(text));
}
