using RefNet.Data;

namespace RefNet.Console;

/// <summary>A picture, and what it shows.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">What stands below it; it is also its text for those who cannot see it.</param>
internal sealed record Panel(Picture Picture, string Caption);

/// <summary>A way of looking into a network.</summary>
/// <param name="Name">Its name in --method.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Sentence">What one sees.</param>
/// <param name="Paper">Where it comes from, and its lecture rows.</param>
/// <param name="IsOfNetwork">Whether it is the same for all images.</param>
/// <param name="Look">Draws it; an InputException says why this network cannot be looked at so.</param>
internal sealed record ExplainMethod(string Name, string Title, string Sentence, string Paper, bool IsOfNetwork, Func<ExplainSubject, IReadOnlyList<Panel>> Look);
