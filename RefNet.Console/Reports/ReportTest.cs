using RefNet.Training;

namespace RefNet.Console;

/// <summary>The section of a report on the test set: error, confusion, precision, recall, calibration.</summary>
internal static class ReportTest
{
    private const int MostInMatrix = 20, MostConfusions = 30;

    /// <summary>Adds the section.</summary>
    public static void Add(HtmlPage page, TrainedRun run, TestAnswers answers)
    {
        ConfusionMatrix confusion = answers.Evaluation.Confusion;
        page.Paragraph($"Test error: {Format.ErrorWithInterval(confusion)}; loss {Format.Number(answers.Evaluation.Loss)}.",
            "This report used the test images once, after training. Choose settings by the validation error: choosing by the test error would bias it. The interval is Wilson's.");
        if (!double.IsFinite(answers.Evaluation.Loss))
            page.Paragraph("The network's outputs are not finite, so its predictions are meaningless.");

        page.Heading(3, "Confusion");
        if (confusion.Classes <= MostInMatrix)
            AddMatrix(page, run, confusion);
        else
            AddConfusions(page, run, confusion);

        page.Heading(3, "Precision and recall");
        page.Table("Precision: the share of correct predictions of a class; recall: the share of the images of a class that are predicted correctly",
            ["class", "images", "precision", "recall"],
            Classes(confusion).Select(c => new[] { run.Name(c), Format.Count(Images(confusion, c)), Format.Percent(confusion.Precision(c)), Format.Percent(confusion.Recall(c)) }));

        page.Heading(3, "Calibration");
        if (answers.Calibration is { } calibration)
            AddCalibration(page, calibration);
        else
            page.Paragraph("The outputs of this network are scores, not probabilities, or they are not finite: there is nothing to calibrate.");
    }

    private static void AddMatrix(HtmlPage page, TrainedRun run, ConfusionMatrix confusion)
    {
        // Right answers are shaded by their share of the class; errors, which are few, relative to the most frequent one.
        int most = Math.Max(1, (from actual in Classes(confusion) from predicted in Classes(confusion) where actual != predicted select confusion[actual, predicted]).DefaultIfEmpty().Max());
        page.Table("True class (rows), predicted class (columns); right answers are blue, errors red, the most frequent darkest", ["", .. Classes(confusion).Select(run.Name)],
            Classes(confusion).Select(actual => (run.Name(actual), Classes(confusion).Select(predicted => Cell(actual, predicted)))));

        HtmlPage.Cell Cell(int actual, int predicted)
        {
            int count = confusion[actual, predicted];
            return new HtmlPage.Cell(Format.Count(count), count == 0 ? null : actual == predicted ? "right" : "wrong",
                actual == predicted ? confusion.Recall(actual) : (double)count / most);
        }
    }

    private static void AddConfusions(HtmlPage page, TrainedRun run, ConfusionMatrix confusion)
    {
        var frequent = (from actual in Classes(confusion)
                        from predicted in Classes(confusion)
                        where actual != predicted && confusion[actual, predicted] > 0
                        orderby confusion[actual, predicted] descending
                        select new[] { run.Name(actual), run.Name(predicted), Format.Count(confusion[actual, predicted]) }).Take(MostConfusions);
        page.Table($"The most frequent errors, {MostConfusions} at most, since {confusion.Classes} classes are too many for a matrix", ["true class", "predicted class", "images"], frequent);
    }

    private static void AddCalibration(HtmlPage page, Calibration calibration)
    {
        string lean = calibration.Overconfidence > 0 ? "overconfident" : "underconfident";
        page.Paragraph($"Expected calibration error: {Format.Percent(calibration.ExpectedError)}. On average the network is {lean}, by {Format.Percent(Math.Abs(calibration.Overconfidence))}.",
            "The average difference, over all answers, between the probability of the predicted class and the share of right answers in its bin. Guo et al. 2017.");
        page.Charts(CalibrationChart.Draw(calibration));
        page.Table("The same in numbers", ["probability", "answers", "mean probability", "right answers"], CalibrationChart.Rows(calibration));
    }

    private static IEnumerable<int> Classes(ConfusionMatrix confusion) => Enumerable.Range(0, confusion.Classes);

    private static int Images(ConfusionMatrix confusion, int actual) => Classes(confusion).Sum(predicted => confusion[actual, predicted]);
}
