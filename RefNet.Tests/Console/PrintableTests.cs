using NUnit.Framework;
using RefNet.Console;

namespace RefNet.Tests.Console;

[TestFixture]
public sealed class PrintableTests
{
    [TestCase("plain text, ä, 数, 😀, 1\t2\nnext\r\nlast", null)]
    [TestCase("\u001b[2J", "\\u001B[2J", Description = "clears a screen")]
    [TestCase("a\u001b]0;title\u0007b", "a\\u001B]0;title\\u0007b", Description = "sets a title")]
    [TestCase("\u009b2J", "\\u009B2J", Description = "the same in one character of eight bits")]
    [TestCase("a\u007fb", "a\\u007Fb")]
    [TestCase("a\bb", "a\\u0008b", Description = "overwrites")]
    [TestCase("error\rok", "error\\u000Dok", Description = "overwrites the beginning of the line")]
    [TestCase("\u202egnp.exe", "\\u202Egnp.exe", Description = "shows what follows from right to left")]
    [TestCase("\u2066\u2069\u200e\u200f\u061c", "\\u2066\\u2069\\u200E\\u200F\\u061C", Description = "marks of direction")]
    [TestCase("a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d", Description = "line ends of Unicode")]
    [TestCase("a\u200bb\ufeffc\u00add", "a\\u200Bb\\uFEFFc\\u00ADd", Description = "no width")]
    [TestCase("\U000E0041", "\\uDB40\\uDC41", Description = "a tag, which is invisible")]
    public void WhatATerminalObeysIsEscaped(string text, string? escaped) => Assert.That(Printable.Escape(text), Is.EqualTo(escaped ?? text));

    // TestCase attributes cannot hold them.
    [Test]
    public void HalvesOfSurrogatePairsAreEscaped()
    {
        Assert.That(Printable.Escape("a\ud83d"), Is.EqualTo("a\\uD83D"));
        Assert.That(Printable.Escape("\ude00a"), Is.EqualTo("\\uDE00a"));
    }

    [Test]
    public void EveryCharacterIsPrintedOrEscaped()
    {
        for (char c = '\0'; c < '\u3000'; c++)
        {
            string shown = Printable.Escape($"{c}");
            Assert.That(c is '\n' or '\t' || shown.All(letter => !char.IsControl(letter)), Is.True, $"U+{(int)c:X4}");
        }
    }

    [Test]
    public void ALineIsOneLine() => Assert.That(Printable.Line("a\nerror: b\r\nc\td\u2028e"), Is.EqualTo("a error: b c d e"));

    [TestCase("runs/lenet5-20261127-093000", "runs/lenet5-20261127-093000")]
    [TestCase("a b;touch OWNED", "'a b;touch OWNED'")]
    [TestCase("it's $(here)", "'it'\\''s $(here)'")]
    [TestCase("-x", "./-x")]
    [TestCase("~/runs", "'~/runs'")]
    [TestCase("", "''")]
    [TestCase("a\u001b[2J", "$'a\\u001B[2J'")]
    [TestCase("a\nb'c\\", "$'a\\nb\\'c\\\\'")]
    [Platform(Exclude = "Win", Reason = "Shells of Windows quote in other ways.")]
    public void APathIsOneWordOfAShell(string path, string word) => Assert.That(Shell.Quote(path), Is.EqualTo(word));

    // The shell itself says what it takes the word for.
    [Test]
    [Platform("Linux", Reason = "The test runs bash.")]
    public void AShellReadsTheWordAsThePath([Values("a b;touch OWNED", "it's $(here) `x` \"y\"", "-x", "a\u001b[2J\nb'c\\d", "ä😀*?[!~#&|<>")] string path)
    {
        Refnet.Result echo = Refnet.End(Refnet.StartProgram("env", "LC_ALL=C.UTF-8", "bash", "-c", $"printf %s {Shell.Quote(path)}"));
        Assert.That(echo.Output, Is.EqualTo(path.StartsWith('-') ? "./" + path : path), echo.Error);
    }
}
