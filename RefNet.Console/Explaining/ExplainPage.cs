namespace RefNet.Console;

/// <summary>The page of refnet explain.</summary>
internal sealed class ExplainPage(string title)
{
    private readonly HtmlPage page = new(title);

    /// <summary>Begins the section of an image, or of the network.</summary>
    public void Begin(string title, string sentence, Panel? picture)
    {
        page.Heading(2, title);
        page.Paragraph(sentence);
        if (picture is not null)
            page.Panels([picture]);
    }

    /// <summary>Adds the result of one method.</summary>
    public void Add(ExplainMethod method, IReadOnlyList<Panel> panels, string? problem)
    {
        page.Heading(3, method.Title);
        page.Paragraph(method.Sentence, $"{method.Paper}.");
        if (problem is not null)
            page.Note($"Not available: {problem}");
        page.Panels(panels);
    }

    /// <summary>The whole page.</summary>
    public string ToHtml() => page.ToHtml();
}
