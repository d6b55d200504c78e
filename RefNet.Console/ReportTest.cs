using RefNet.Training;

namespace RefNet.Console;

/// <summary>The part of a report about the test set: error, confusion, precision, recall, calibration.</summary>
internal static class ReportTest
{
    private const int MostInMatrix = 20, MostConfusions = 30;

    /// <summary>Adds it.</summary>
    public static void Add(HtmlPage page, TrainedRun run, TestAnswers answers)
    {
        ConfusionMatrix confusion = answers.Evaluation.Confusion;
        page.Paragraph($"Test error: {Format.ErrorWithInterval(confusion)}; loss {Format.Number(answers.Evaluation.Loss)}.",
            "This report read the test images once, after training. Settings are chosen by the validation error: a choice by the test error would make it too good to be true. The interval is Wilson's.");
        if (!double.IsFinite(answers.Evaluation.Loss))
            page.Paragraph("The network gives numbers that are not finite, and decides at random.");

        page.Heading(3, "Confusion");
        if (confusion.Classes <= MostInMatrix)
            AddMatrix(page, run, confusion);
        else
            AddConfusions(page, run, confusion);

        page.Heading(3, "Precision and recall");
        page.Table("Precision is the share of the images taken for a class that belong to it, recall the share of the images of a class that were found",
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
        // Right answers by their share of the class; errors, which are few, by the most frequent one.
        int most = Math.Max(1, (from actual in Classes(confusion) from predicted in Classes(confusion) where actual != predicted select confusion[actual, predicted]).DefaultIfEmpty().Max());
        page.Table("True class (rows), predicted class (columns); blue are right answers, red are errors, the most frequent ones the darkest", ["", .. Classes(confusion).Select(run.Name)],
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
        string lean = calibration.Overconfidence > 0 ? "too sure of itself" : "more careful than it need be";
        page.Paragraph($"Expected calibration error: {Format.Percent(calibration.ExpectedError)}. On the mean the network is {lean}, by {Format.Percent(Math.Abs(calibration.Overconfidence))}.",
            "How far, on the mean over the answers, the probability of the predicted class is from the share of right answers in its bin. Guo et al. 2017.");
        page.Charts(CalibrationChart.Draw(calibration));
        page.Table("The same in numbers", ["probability", "answers", "mean probability", "right answers"], CalibrationChart.Rows(calibration));
    }

    private static IEnumerable<int> Classes(ConfusionMatrix confusion) => Enumerable.Range(0, confusion.Classes);

    private static int Images(ConfusionMatrix confusion, int actual) => Classes(confusion).Sum(predicted => confusion[actual, predicted]);
}
