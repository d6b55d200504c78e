using System.Text.Json;
using NUnit.Framework;
using RefNet.Models;
using RefNet.Tests.Data;

namespace RefNet.Tests.Console;

/// <summary>Commands that need no training: help, mistakes, summaries and data sets.</summary>
[TestFixture]
public sealed class CommandLineTests
{
    private static IEnumerable<string> Models => Architectures.All.Select(architecture => architecture.Name);

    [Test]
    public void HelpListsCommandsAndOptions()
    {
        Refnet.Result help = Refnet.Run("--help");
        Assert.That(help.Code, Is.Zero);
        foreach (string command in new[] { "train", "search", "ablate", "evaluate", "probe", "predict", "explain", "serve", "summary", "gradcheck", "doctor", "data", "lecture" })
            Assert.That(help.Output, Does.Contain(command));

        string train = Refnet.Run("train", "--help").Output;
        foreach (string option in new[] { "--data", "--epochs", "--batch-size", "--optimizer", "--learning-rate", "--seed", "--threads", "--backend", "--validation", "--limit", "--schedule", "--clip", "--label-smoothing", "--accumulate", "--average", "--patience", "--pixels", "--rate", "--fold", "--keep-histograms", "--out", "--resume", "--plain" })
            Assert.That(train, Does.Contain(option));
        Assert.That(train, Does.Not.Contain("--device"), "an old name is taken but not shown");
    }

    [TestCase("", "Expected a command: train, search, ablate, evaluate, probe, predict, explain, report, compare, serve, summary, run, gradcheck, doctor, data")]
    [TestCase("trian lenet5", "'trian' is not known here. Did you mean train? See dotnet run -c Release --project RefNet.Console -- --help.")]
    [TestCase("data lst", "'lst' is not known here. Did you mean list? See dotnet run -c Release --project RefNet.Console -- data --help.")]
    [TestCase("data", "Expected a command: list, verify")]
    [TestCase("train lenet5 --epoch 3", "'--epoch' is not known here. Did you mean --epochs? See dotnet run -c Release --project RefNet.Console -- train --help.")]
    [TestCase("train --epoch 3", "'--epoch' is not known here")]
    [TestCase("train lenet5 surplus", "'surplus' is not known here")]
    [TestCase("train", "Expected a MODEL to train, such as lenet5, or --resume DIR; found neither.")]
    [TestCase("train lenet", "There is no model 'lenet'; choose one of lenet5, lenet5-modern, mlp, perceptron, ")]
    [TestCase("summary lenet", "There is no model 'lenet'; choose one of lenet5")]
    [TestCase("summary --classes 7", "Expected a MODEL with --input, --classes or --json; found none.")]
    [TestCase("run", "MODEL")]
    [TestCase("run lenet", "There is no model 'lenet'")]
    [TestCase("run lenet5 --weights none.npz", "none.npz: expected a file; found nothing")]
    [TestCase("evaluate", "RUN")]
    [TestCase("predict run", "IMAGE")]
    [TestCase("train mlp --epochs 0", "--epochs: expected a whole number of 1 or more; found '0'.")]
    [TestCase("train mlp --epochs 1.5", "--epochs: expected a whole number of 1 or more; found '1.5'.")]
    [TestCase("train mlp --epochs", "--epochs")]
    [TestCase("train mlp --batch-size -1", "--batch-size: expected a whole number of 1 or more; found '-1'.")]
    [TestCase("train mlp --threads 0", "--threads: expected a whole number from 1 to ")]
    [TestCase("train mlp --threads 100000", "found '100000'.")]
    [TestCase("ablate mlp --threads 0", "--threads: expected a whole number from 1 to ")]
    [TestCase("search mlp --threads 0", "--threads: expected a whole number from 1 to ")]
    [TestCase("train mlp --validation -1", "--validation: expected a whole number of 0 or more; found '-1'.")]
    [TestCase("train mlp --limit 0", "--limit: expected a whole number of 1 or more; found '0'.")]
    [TestCase("train mlp --seed 99999999999", "--seed: expected a whole number; found '99999999999'.")]
    [TestCase("train mlp --learning-rate 0", "--learning-rate: expected a number above 0, such as 0.01; found '0'.")]
    [TestCase("train mlp --learning-rate NaN", "found 'NaN'")]
    [TestCase("train mlp --learning-rate 1,5", "found '1,5'")]
    [TestCase("train mlp --backend gpu", "--backend: expected reference, simd, mathnet, cuda or auto; found 'gpu'.")]
    [TestCase("evaluate run --backend ''", "--backend: expected reference, simd, mathnet, cuda or auto; found ''.")]
    [TestCase("train mlp --device simd", "--device: expected cpu, cuda or auto; found 'simd'.")]
    [TestCase("train mlp --device cpu --backend simd", "--device is the old name of --backend: give one of them.")]
    [TestCase("train mlp --resume x --backend simd", "--backend cannot be changed when a run resumes")]
    [TestCase("train mlp --resume x --device cpu", "--device cannot be changed when a run resumes")]
    [TestCase("train mlp --devise cpu", "'--devise' is not known here. See")]
    [TestCase("train mlp --schedule linear", "warmup:EPOCHS+ in front of any; found 'linear'.")]
    [TestCase("train mlp --l1 -1", "--l1: expected a number of 0 or more")]
    [TestCase("train mlp --optimizer adm", "There is no optimizer 'adm'; choose one of sgd, momentum")]
    [TestCase("train mlp --augment shift", "--augment: Expected the augmentation shift:PIXELS, with a number in place of each word in capitals; found 'shift'.")]
    [TestCase("train mlp --resume x --augment flip", "--augment cannot be changed when a run resumes")]
    [TestCase("train mlp --resume x --seed 3", "--seed cannot be changed when a run resumes")]
    [TestCase("train --resume /no/such/run", "/no/such/run: expected the folder of a training run")]
    [TestCase("train mlp --data /no/such/folder", "There is no data set '/no/such/folder'")]
    [TestCase("train mlp --data fashoin", "(mnist")]
    [TestCase("serve /no/such/run", "/no/such/run: expected the folder of a training run")]
    [TestCase("serve --port 0", "--port: expected a whole number from 1 to 65535; found '0'.")]
    [TestCase("evaluate /no/such/run", "/no/such/run: expected the folder of a training run")]
    [TestCase("predict /no/such/run a.png", "/no/such/run: expected the folder of a training run")]
    [TestCase("evaluate run --json ''", "--json: expected the name of a file; found an empty one.")]
    [TestCase("summary mlp --json .", "--json: expected a file; found the folder '.'.")]
    [TestCase("evaluate run --json /no/such/folder/e.json", "--json: expected a file in a folder that exists; found '/no/such/folder/e.json'.")]
    [TestCase("train mlp --validation 0 --out ''", "Expected a folder for the run; found an empty name.")]
    [TestCase("train mlp --data ''", "There is no data set ''")]
    [TestCase("train ''", "There is no model ''")]
    [TestCase("gradcheck Desne", "There is no layer, block, loss or model 'Desne'. Did you mean Dense? Choose one of all, AveragePooling2D, ")]
    [TestCase("gradcheck lenet6", "Did you mean lenet5?")]
    [TestCase("gradcheck ''", "There is no layer, block, loss or model ''. Choose one of all, ")]
    [TestCase("gradcheck", "Required argument 'NAME' missing")]
    [TestCase("gradcheck all --case 3", "--case: expected the name of one layer, loss or model; found all.")]
    [TestCase("gradcheck Dense --case 3 --cases 5", "--cases and --case cannot both be given")]
    [TestCase("gradcheck Dense --cases 0", "--cases: expected a whole number of 1 or more; found '0'.")]
    [TestCase("gradcheck Dense --case -1", "--case: expected a whole number of 0 or more; found '-1'.")]
    [TestCase("gradcheck Dense --seed x", "--seed: expected a whole number; found 'x'.")]
    [TestCase("gradcheck Dense --json /no/such/folder/g.json", "--json: expected a file in a folder that exists")]
    [TestCase("train mlp --epochs --data set", "--epochs: expected a value; found the option --data. See")]
    [TestCase("train mlp --out --data", "--out: expected a value; found the option --data. See")]
    [TestCase("train mlp --out --dat", "'--dat' is not known here. Did you mean --data? See")]
    [TestCase("-- train mlp", "Expected 'train' before '--'; found it after. Leave out the '--'. See")]
    [TestCase("predict --seed x", "'--seed' is not known here. See dotnet run -c Release --project RefNet.Console -- predict --help.")]
    [TestCase("predict run --plain x", "'--plain' is not known here. See")]
    [TestCase("train mlp --learning-rate 1e-50", "The learning rate must be a number above 0 that float can hold")]
    [TestCase("train mlp --learning-rate 1e300", "The learning rate must be a number above 0 that float can hold")]
    [TestCase("train --resume ''", "Expected the folder of a training run; found an empty name.")]
    [TestCase("evaluate ''", "Expected the folder of a training run; found an empty name.")]
    [TestCase("predict '' a.png", "Expected the folder of a training run; found an empty name.")]
    [TestCase("data verify /no/such/folder", "There is no data set '/no/such/folder'")]
    public void AMistakeEndsWithCode2AndSaysWhatToDo(string line, string part)
    {
        Refnet.Result result = Refnet.Run([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "''" ? "" : word)]);
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.StartWith("error: ").And.Contains(part));
        Assert.That(result.Error.TrimEnd(), Does.Not.Contain("\n"), "one line, and no stack trace");
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void BehindTwoDashesAPictureMayBeCalledAnything()
    {
        Refnet.Result result = Refnet.Run("predict", "/no/such/run", "--", "--x.png");
        Assert.That(result.Error, Does.StartWith("error: /no/such/run: expected the folder of a training run"));
    }

    [Test]
    public void HelpIsShownWhateverStandsBesideIt() => Assert.That(Refnet.Run("predict", "--help", "--seed").Output, Does.Contain("Usage:"));

    [Test]
    [Platform("Linux,MacOsX", Reason = "Links need a right of their own under Windows.")]
    public void AResultMayGoWhereALinkLeadsIfItLeadsSomewhere()
    {
        using DataFolder folder = new();
        File.CreateSymbolicLink(folder.File("good.json"), folder.File("new.json"));
        File.CreateSymbolicLink(folder.File("nowhere.json"), folder.File("none/new.json"));
        File.CreateSymbolicLink(folder.File("itself.json"), folder.File("itself.json"));
        Assert.That(Refnet.Run("summary", "mlp", "--json", folder.File("good.json")).Code, Is.Zero);
        Assert.That(File.Exists(folder.File("new.json")), Is.True);
        foreach (string name in new[] { "nowhere.json", "itself.json" })
        {
            Refnet.Result result = Refnet.Run("summary", "mlp", "--json", folder.File(name));
            Assert.That(result.Code, Is.EqualTo(2), $"{result}");
            Assert.That(result.Error, Does.Contain("--json: expected a file in a folder that exists"));
        }
    }

    [Test]
    public void Y11_Y12_TheSummaryOfLeNet5IsThatOfThePaper()
    {
        using DataFolder folder = new();
        Refnet.Result result = Refnet.Run("summary", "lenet5", "--json", folder.File("s.json"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Match(@"(?m)^C3 +16x10x10 +1,516 +151,600 "));
        Assert.That(result.Output, Does.Match(@"(?m)^total +60,000 +340,908 "));

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.File("s.json")));
        JsonElement root = json.RootElement;
        Assert.That(root.GetProperty("model").GetString(), Is.EqualTo("lenet5"));
        Assert.That(root.GetProperty("parameters").GetInt64(), Is.EqualTo(60000));
        Assert.That(root.GetProperty("connections").GetInt64(), Is.EqualTo(340908));

        Dictionary<string, (string Output, long Parameters, long Connections)> layers = root.GetProperty("layers").EnumerateArray().ToDictionary(
            layer => layer.GetProperty("name").GetString()!,
            layer => (string.Join("x", layer.GetProperty("output").EnumerateArray()), layer.GetProperty("parameters").GetInt64(), layer.GetProperty("connections").GetInt64()));
        Assert.That(layers["C1"], Is.EqualTo(("6x28x28", 156L, 122304L)));
        Assert.That(layers["S2"], Is.EqualTo(("6x14x14", 12L, 5880L)));
        Assert.That(layers["C3"], Is.EqualTo(("16x10x10", 1516L, 151600L)));
        Assert.That(layers["S4"], Is.EqualTo(("16x5x5", 32L, 2000L)));
        Assert.That(layers["C5"], Is.EqualTo(("120x1x1", 48120L, 48120L)));
        Assert.That(layers["F6"], Is.EqualTo(("84", 10164L, 10164L)));
        Assert.That(layers["Output"], Is.EqualTo(("10", 0L, 840L)));
        foreach (string sum in new[] { "parameters", "connections", "macs" })
            Assert.That(root.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty(sum).GetInt64()), Is.EqualTo(root.GetProperty(sum).GetInt64()), sum);
    }

    [Test]
    public void EveryModelHasASummary([ValueSource(nameof(Models))] string model) =>
        Assert.That(Refnet.Run("summary", model).Code, Is.Zero);

    [Test]
    public void WithoutAModelTheSummaryListsAll()
    {
        Refnet.Result result = Refnet.Run("summary");
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Match(@"(?m)^vgg16 +3x224x224 +138,357,544 +15,470,264,320 "));
        foreach (string model in Models)
            Assert.That(result.Output, Does.Match($@"(?m)^{model} "));
    }

    [Test]
    public void TheInputAndTheClassesOfAModelAreParameters()
    {
        Refnet.Result result = Refnet.Run("summary", "resnet18", "--input", "1x64x64", "--classes", "7");
        Assert.That(result.Output, Does.Match(@"(?m)^conv1 +64x32x32 +3,136 "));
        Assert.That(result.Output, Does.Match(@"(?m)^fc +7 +3,591 "));
        Refnet.Result tooSmall = Refnet.Run("summary", "alexnet", "--input", "3x32x32");
        Assert.That((tooSmall.Code, tooSmall.Error), Is.EqualTo((2, tooSmall.Error)));
        Assert.That(tooSmall.Error, Does.Contain("conv1: expected"));
        Assert.That(Refnet.Run("summary", "resnet18", "--input", "3x-1").Error, Does.Contain("--input: expected a shape"));
    }

    [Test]
    public void DataSetsAreListedAndVerified()
    {
        Assert.That(Refnet.Run("data", "list").Output, Does.Match(@"(?m)^mnist +60,000 +10,000 +28x28 +10 "));
        Refnet.Result verified = Refnet.Run("data", "verify", "mnist");
        Assert.That(verified.Code, Is.Zero, $"{verified}");
        Assert.That(verified.Output, Does.Contain("60000x28x28, SHA-256 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"));
        Assert.That(verified.Output.Split("ok: the checksum agrees with SHA256SUMS"), Has.Length.EqualTo(5));
    }

    [Test]
    public void AFolderWithoutChecksumsIsVerifiedAsFarAsItShows()
    {
        using DataFolder folder = DataFolder.WithSmallSet();
        Refnet.Result verified = Refnet.Run("data", "verify", folder.Path);
        Assert.That(verified.Code, Is.Zero, $"{verified}");
        Assert.That(verified.Output, Does.Contain("not verified: there is no checksum to compare with"));

        folder.Write(DataFolder.Names[0], DataFolder.Idx([6, 28, 28], new byte[6 * 784 - 1]));
        Refnet.Result damaged = Refnet.Run("data", "verify", folder.Path);
        Assert.That(damaged.Code, Is.EqualTo(2));
        Assert.That(damaged.Error, Does.Contain("truncated"));
    }

    [Test]
    [Platform("Linux", Reason = "The test writes to /dev/full.")]
    public void AResultThatCannotBeWrittenEndsWithCode1()
    {
        Refnet.Result result = Refnet.Run("summary", "mlp", "--json", "/dev/full");
        Assert.That(result.Code, Is.EqualTo(1), $"{result}");
        Assert.That(result.Error, Does.StartWith("error: No space left on device"));
    }
}
