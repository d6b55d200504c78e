using RefNet.Data;
using RefNet.Losses;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>The answers of a run for the test images, read once: its errors, the calibration of its probabilities, and its worst answers.</summary>
/// <param name="Evaluation">The same as that of refnet evaluate.</param>
/// <param name="Calibration">Null for a loss without probabilities, and where they are NaN.</param>
/// <param name="Worst">The images whose true class has the smallest probability or score, the smallest first.</param>
internal sealed record TestAnswers(Evaluation Evaluation, Calibration? Calibration, IReadOnlyList<TestAnswer> Worst)
{
    private const int Shown = 24;

    /// <summary>Runs the network over the images.</summary>
    public static TestAnswers Read(TrainedRun run, ImageSet images)
    {
        ClassificationLoss<float> loss = run.Trained.Loss;
        Calibration calibration = new();
        PriorityQueue<TestAnswer, (double, int)> worst = new(); // the least bad first
        int at = 0;
        bool isCalibrated = true;
        Evaluation evaluation = run.Trained.Test(images, answered: (batch, y) =>
        {
            for (int n = 0; n < batch.Count; n++, at++)
            {
                TestAnswer answer = new(at, batch.Labels[n], Answer.Of(loss, y.Sample(n)));
                (float[] measures, bool areProbabilities) = (answer.Answer.Measures, answer.Answer.AreProbabilities);
                double ofTrue = areProbabilities ? measures[answer.TrueClass] : measures[answer.TrueClass] - measures.Max();
                worst.Enqueue(answer, (-ofTrue, -at));
                if (worst.Count > Shown)
                    worst.Dequeue();
                isCalibrated &= areProbabilities && float.IsFinite(measures[answer.Answer.Class]);
                if (isCalibrated)
                    calibration.Add(measures[answer.Answer.Class], answer.Answer.Class == answer.TrueClass);
            }
        });
        List<TestAnswer> kept = [];
        while (worst.TryDequeue(out TestAnswer? answer, out _))
            kept.Add(answer);
        kept.Reverse();
        return new TestAnswers(evaluation, isCalibrated ? calibration : null, kept);
    }
}

/// <summary>The answer to a test image.</summary>
/// <param name="Image">Its index.</param>
/// <param name="TrueClass">Its class.</param>
/// <param name="Answer">The network's answer.</param>
internal sealed record TestAnswer(int Image, int TrueClass, Answer Answer);
