using RefNet.Data;

namespace RefNet.Console;

/// <summary>A picture with its caption.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">The text below it, which is also its alternative text for screen readers.</param>
internal sealed record Panel(Picture Picture, string Caption);

/// <summary>A method of visualisation.</summary>
/// <param name="Name">Its name in --method.</param>
/// <param name="Title">Its display name.</param>
/// <param name="Sentence">What it shows.</param>
/// <param name="Paper">Its paper and lecture rows.</param>
/// <param name="IsOfNetwork">Whether it is the same for all images.</param>
/// <param name="Look">Draws it; an InputException says why it does not apply to this network.</param>
internal sealed record ExplainMethod(string Name, string Title, string Sentence, string Paper, bool IsOfNetwork, Func<ExplainSubject, IReadOnlyList<Panel>> Look);
