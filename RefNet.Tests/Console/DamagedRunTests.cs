using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;
using RefNet.Interop;
using RefNet.Tensors;

namespace RefNet.Tests.Console;

/// <summary>Run folders whose files are damaged, of another run, or forbidden: each command says so in one line.</summary>
[TestFixture]
public sealed class DamagedRunTests : CommandTests
{
    [TestCase("epochs", "0", "config.json: The epochs must be a whole number of 1 or more; found 0.")]
    [TestCase("epochs", "\"two\"", "config.json: expected the configuration of a run; the option 'epochs' (before line 1, position ")]
    [TestCase("epochs", "[1]", "should be a whole number from -2147483648 to 2147483647.")]
    [TestCase("batch_size", "-1", "The batch size must be")]
    [TestCase("seed", "99999999999", "should be a whole number from -2147483648 to 2147483647. Restore the file")]
    [TestCase("learning_rate", "null", "should be a number.")]
    [TestCase("tf32", "1", "should be true or false.")]
    [TestCase("schedule", "1", "should be a text in quotes.")]
    [TestCase("model", "null", "There is no model ''")]
    [TestCase("optimizer", "null", "There is no optimizer ''")]
    [TestCase("data", "null", "The data must be a folder or the name of a data set; found nothing.")]
    [TestCase("backend", "\"xyz\"", "config.json: There is no backend 'xyz'; choose one of reference, simd, mathnet, cuda.")]
    [TestCase("backend", "null", "There is no backend ''")]
    [TestCase("epcohs", "2", "the option 'epcohs' is not known; did you mean 'epochs'?")]
    [TestCase("Epochs", "2", "the option 'Epochs' is not known; did you mean 'epochs'?")]
    [TestCase("colour", "2", "the option 'colour' is not known (known are model, data, data_sha256, epochs, ")]
    [TestCase("device", "\"cpu\"", "this run was made by an older version of RefNet, which wrote 'device' for what is now 'backend'; its checkpoints cannot be read. Train again.")]
    public void ADamagedConfigurationIsRefused(string option, string value, string part)
    {
        Train("run", "mlp");
        JsonNode config = JsonNode.Parse(File.ReadAllText(Folder.File("run/config.json")))!;
        config[option] = JsonNode.Parse(value);
        AssertConfigurationRefused(config.ToJsonString(), part);
    }

    [TestCase("[]", "it is no object of options but Array.")]
    [TestCase("null", "it is no object of options but Null.")]
    [TestCase("{}", "the option 'model' is missing.")]
    [TestCase("{ \"model\": \"mlp\", \"epochs\": 2 }", "the option 'batch_size' is missing.")]
    [TestCase("{\n  \"model\": \"mlp\",\n  epochs\n}", "config.json: expected the configuration of a run; it is no valid JSON from line 3, position 3 on. Restore the file, or train again.")]
    [TestCase("{\n  \"model\": \"mlp\",", "it is no valid JSON from line 2, position 17 on.")]
    [TestCase("", "a file with contents; found an empty file")]
    public void AnotherConfigurationIsRefused(string config, string part)
    {
        Train("run", "mlp");
        AssertConfigurationRefused(config, part);
    }

    [Test]
    public void AnOptionThatAppearsTwiceIsRefused()
    {
        Train("run", "mlp");
        AssertConfigurationRefused(File.ReadAllText(Folder.File("run/config.json")).Replace("\"seed\": 1,", "\"seed\": 1, \"seed\": 2,"), "the option 'seed' appears twice.");
    }

    [Test]
    public void AByteOrderMarkBeforeTheConfigurationIsNoDamage()
    {
        Train("run", "mlp");
        string config = Folder.File("run/config.json");
        File.WriteAllText(config, File.ReadAllText(config), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Refnet.Result result = Refnet.Run("evaluate", Folder.File("run"));
        Assert.That(result.Code, Is.Zero, $"{result}");
    }

    [Test]
    public void ACheckpointThatIsNoneOfThisModelIsRefused()
    {
        Train("run", "mlp");
        Train("other", "perceptron");
        string best = Folder.File("run/best.safetensors");
        byte[] good = File.ReadAllBytes(best);

        File.Copy(Folder.File("other/best.safetensors"), best, overwrite: true);
        AssertRefused("expected weights of mlp; found those of perceptron");
        File.WriteAllBytes(best, good[..^1]);
        AssertRefused("truncated");
        SafetensorsFile file = Safetensors.Read(Folder.File("other/best.safetensors"));
        Dictionary<string, Tensor<float>> tensors = file.Names.ToDictionary(name => name, file.Tensor<float>);
        tensors.Values.First().Span[0] = float.NaN;
        Safetensors.Write(Folder.File("other/best.safetensors"), tensors, file.Metadata);
        AssertRefused("expected finite numbers; found NaN", "other");
        File.Delete(best);
        AssertRefused("best.safetensors: expected a file; found nothing");
        File.WriteAllText(Folder.File("run/config.json"), "{");
        AssertRefused("config.json");

        void AssertRefused(string part, string run = "run")
        {
            foreach (Refnet.Result result in new[] { Refnet.Run("evaluate", Folder.File(run)), Refnet.Run("predict", Folder.File(run), "a.png") })
            {
                Assert.That(result.Code, Is.EqualTo(2), $"{result}");
                Assert.That(result.Error, Does.Contain(part));
            }
        }
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform("Linux,MacOsX", Reason = "Permissions are set as Unix has them.")]
    public void WhatMustNotBeReadIsAFaultOfTheMachine()
    {
        Train("run", "mlp");
        string secret = Folder.Write("secret.png", [1]);
        string text = Folder.Write("text.png", [1]);
        File.SetUnixFileMode(secret, UnixFileMode.None);
        if (Environment.IsPrivilegedProcess)
            Assert.Ignore("Nothing is forbidden to root: run the tests as another user to try files that must not be read.");

        Refnet.Result predicted = Refnet.Run("predict", Folder.File("run"), secret, text);
        Assert.That(predicted.Code, Is.EqualTo(1), $"{predicted}");
        Assert.That(predicted.Error, Does.Contain(secret).And.Contains(text), "one bad picture does not take the others down");

        Directory.CreateDirectory(Folder.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.That(Train("closed/run", "mlp").Code, Is.EqualTo(1));
        File.SetUnixFileMode(Folder.File("run/config.json"), UnixFileMode.None);
        Assert.That(Refnet.Run("evaluate", Folder.File("run")).Code, Is.EqualTo(1));
    }

    private void AssertConfigurationRefused(string config, string part)
    {
        File.WriteAllText(Folder.File("run/config.json"), config);
        foreach (Refnet.Result result in new[] { Refnet.Run("evaluate", Folder.File("run")), Refnet.Run("train", "--resume", Folder.File("run")) })
        {
            Assert.That(result.Code, Is.EqualTo(2), $"{result}");
            Assert.That(result.Error, Does.Contain(part));
        }
    }
}
