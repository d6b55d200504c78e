using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class EpochRecordTests
{
    private const string Row = "3,0.5,0.25,0.75,0.125,0.01,1.500";

    [Test]
    public void ARowComesBack([Values(Row, "1,1E-300,0,,,5E-05,0.000", "2,-3.5,1,-0.1,1,0.1,100000.000")] string row) =>
        Assert.That(EpochRecord.FromCsv(row).ToCsv(), Is.EqualTo(row));

    [Test]
    public void ARowIsTheSameInEveryCulture([Values(Row, "2,-3.5,1,-0.1,1,0.1,100000.000")] string row) =>
        Assert.That(Cultures.WithCommas(() => EpochRecord.FromCsv(row).ToCsv()), Is.EqualTo(row));

    // Every number of the row, and what may not stand in its place.
    [TestCase(0, "epoch", "0", "-1", "1.5", "+1", " 1", "NaN", "", "99999999999")]
    [TestCase(1, "training loss", "NaN", "∞", "-Infinity", "1e999", "x", "")]
    [TestCase(2, "training error", "NaN", "-0.1", "1.1", "")]
    [TestCase(3, "validation loss", "NaN", "Infinity", "1e999", "x")]
    [TestCase(4, "validation error", "NaN", "-0.1", "1.1")]
    [TestCase(5, "learning rate", "NaN", "0", "-1", "Infinity", "")]
    [TestCase(6, "seconds", "NaN", "-1", "Infinity", "")]
    public void ANumberOutsideItsRangeIsNamed(int column, string name, params string[] wrong)
    {
        foreach (string field in wrong)
        {
            string[] fields = Row.Split(',');
            fields[column] = field;
            Assert.That(() => EpochRecord.FromCsv(string.Join(',', fields)), Throws.TypeOf<FormatException>().With.Message.Contains(name).And.Message.Contains($"'{field}'"), $"'{field}'");
        }
    }

    [TestCase("")]
    [TestCase("1,2,3")]
    [TestCase(Row + ",1")]
    [TestCase("3,0.5,0.25,0.75,,0.01,1.500", Description = "a loss without an error")]
    [TestCase("3,0.5,0.25,,0.125,0.01,1.500", Description = "an error without a loss")]
    public void AnotherRowIsRefused(string row) => Assert.That(() => EpochRecord.FromCsv(row), Throws.TypeOf<FormatException>());
}
