using System.Text.Json;
using NUnit.Framework;
using static System.FormattableString;

namespace RefNet.Tests.Web;

/// <summary>The page in a real browser: what a person draws, reads, presses and sees. Skipped where there is no Chromium.</summary>
[TestFixture]
public sealed class PageTests
{
    private static readonly (double X, double Y)[] seven = [(0.25, 0.22), (0.72, 0.22), (0.45, 0.85)];

    private Chromium chromium = null!;
    private PageClient server = null!;
    private BrowserPage page = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        if (Chromium.Find() is not { } program)
        {
            Assert.Ignore("Chromium is missing, so the page of refnet serve was not tried in a browser: apt-get install chromium.");
            return;
        }

        chromium = await Chromium.Start(program);
        server = await PageClient.Start(DigitRun.Path);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        chromium?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    // Whatever a test does: nothing leaves the machine, and the console stays silent.
    [TearDown]
    public async Task NothingLeavesTheMachine()
    {
        if (page is null)
            return;
        Assert.That(page.Requests.Where(address => !address.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) && address != "about:blank"), Is.Empty, "requests to elsewhere");
        Assert.That(page.Requests, Is.Not.Empty);
        Assert.That(page.Problems, Is.Empty, "the console");
        await page.DisposeAsync();
        page = null!;
    }

    [Test]
    public async Task ASevenDrawnWithThePointerIsReadAsSeven()
    {
        page = await chromium.Open(server.Server.Address);
        Assert.That((await page.Evaluate("location.href")).GetString(), Does.Not.Contain("token"), "the token does not stay in the address");
        Assert.That((await page.Evaluate("[...document.querySelectorAll('#bars .bar span')].every(bar => bar.getBoundingClientRect().width === 0)")).GetBoolean(), "no bar before there is an answer");
        await page.Draw("#pad", seven);
        await page.WaitFor("document.querySelector('#says').textContent === '7'");
        Assert.That(await page.Text("#bars .best"), Does.StartWith("7"));
        await page.WaitFor("[...document.querySelectorAll('.layer')].filter(layer => layer.querySelector('.tile')).length >= 3");
        Assert.That((await page.Evaluate("document.querySelectorAll('.layer')[1].querySelectorAll('.tile').length")).GetInt32(), Is.EqualTo(6), "the six maps of C1");
        await page.Click("#clear");
        await page.WaitFor("document.querySelector('#says').textContent === 'Nothing drawn yet.'");
    }

    // Bars can only be compared where they begin at the same place, whatever the names of the classes.
    [Test]
    public async Task TheBarsBeginAndEndTogether()
    {
        page = await chromium.Open(server.Server.Address, width: 390);
        await page.Draw("#pad", seven);
        await page.WaitFor("document.querySelector('#bars .best')");
        JsonElement places = await page.Evaluate("(() => { document.querySelector('#bars li:nth-child(2) > span').textContent = '1 automobile'; return [...document.querySelectorAll('#bars .bar')].map(bar => { const box = bar.getBoundingClientRect(); return [box.left, box.right]; }); })()");
        (double Left, double Right)[] bars = [.. places.EnumerateArray().Select(bar => (bar[0].GetDouble(), bar[1].GetDouble()))];
        Assert.That(bars, Has.Length.EqualTo(10).And.All.EqualTo(bars[0]));
        Assert.That(bars[0].Right - bars[0].Left, Is.GreaterThan(80));
    }

    [Test]
    public async Task TheSumOfAClickedCellIsTheNumberInTheTensor()
    {
        page = await chromium.Open(server.Server.Address);
        await page.Draw("#pad", seven);
        await page.Click("#layers .layer:nth-child(2) .tile:nth-child(3)");
        await page.WaitFor("document.querySelector('#cell').open && document.querySelector('#cell-tables table')");
        Assert.That(await page.Text("#cell-title"), Does.StartWith("C1, map 2, row 1"));
        await TheSumIsTheValue();
        JsonElement tables = await page.Evaluate("[...document.querySelectorAll('#cell-tables table')].map(table => [...table.querySelectorAll('td')].map(cell => Number(cell.textContent.replace('−', '-'))))");
        Assert.That(tables.GetArrayLength(), Is.EqualTo(4), "the kernel, the flipped kernel, what lies under it, the products");
        Assert.That(tables[1].EnumerateArray().Select(cell => cell.GetDouble()), Is.EqualTo(tables[0].EnumerateArray().Select(cell => cell.GetDouble()).Reverse()), "the flip");
        Assert.That(await page.Text("#cell-source .marked"), Does.Contain("T sum = b is null"));
        Assert.That(await page.Text("#cell-lectures"), Does.Contain("L4: Convolution with the flip"));

        string title = await page.Text("#cell-title");
        await page.Press("ArrowRight");
        await page.WaitFor($"document.querySelector('#cell-title').textContent !== {JsonSerializer.Serialize(title)}");
        await TheSumIsTheValue();

        async Task TheSumIsTheValue()
        {
            JsonElement data = await page.Evaluate("['total', 'value'].map(name => Number(document.querySelector('#cell-total').dataset[name]))");
            double total = data[0].GetDouble(), value = data[1].GetDouble();
            Assert.That(total, Is.EqualTo(value).Within(1e-5 * Math.Max(1, Math.Abs(value))));
            Assert.That(await page.Text("#cell-total"), Does.Match(@"^Total: −?[\d.e−]+; value in the tensor: −?[\d.e−]+\.$"));
        }
    }

    [Test]
    public async Task TheKeyboardAloneSuffices()
    {
        page = await chromium.Open(server.Server.Address);
        await page.TabTo("#pad");
        await page.Press("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowUp", "Shift+ArrowUp", "Shift+ArrowUp", "Space");
        await page.Press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight");
        for (int i = 0; i < 12; i++)
            await page.Press("ArrowDown", "ArrowDown", "ArrowLeft");
        await page.Press("Space");
        await page.WaitFor("document.querySelector('#says').textContent.startsWith('7')");

        await page.TabTo("#tab-forward");
        await page.TabTo("[aria-label='C1, map 0']");
        await page.Press("ArrowRight");
        Assert.That((await page.Evaluate("document.activeElement.getAttribute('aria-label')")).GetString(), Is.EqualTo("C1, map 1"));
        await page.Press("Enter");
        await page.WaitFor("document.querySelector('#cell').open && document.activeElement.id === 'cell-output'");
        await page.Press("ArrowDown");
        await page.WaitFor("document.querySelector('#cell-row').value === '15'");
        await page.Press("Escape");
        await page.WaitFor("!document.querySelector('#cell').open");

        await page.Press("Shift+Tab");
        await page.Evaluate("document.querySelector('#tab-forward').focus()");
        await page.Press("ArrowRight");
        Assert.That((await page.Evaluate("document.activeElement.id + ' ' + document.querySelector('#backward').hidden")).GetString(), Is.EqualTo("tab-backward false"));
        await page.TabTo("#back-all");
        await page.Press("Enter");
        await page.WaitFor("document.querySelectorAll('.gradient').length === 13");
    }

    [Test]
    public async Task TheGradientComesBackLayerByLayerWithItsDerivation()
    {
        page = await chromium.Open(server.Server.Address);
        await page.Draw("#pad", seven);
        await page.WaitFor("document.querySelector('#says').textContent === '7'");
        await page.Click("#tab-backward");
        await page.Click("#back-step");
        await page.WaitFor("document.querySelectorAll('.gradient').length === 1");
        Assert.That(await page.Text(".gradient h3"), Does.StartWith("Output"));
        await page.WaitFor("document.querySelector('.gradient .source')");
        Assert.That(await page.Text(".gradient .source"), Does.Contain("(1) dW_cd = sum_n dL/dy_nc x_nd"));
        await page.Click("#back-all");
        await page.WaitFor("document.querySelectorAll('.gradient').length === 13");
        Assert.That(await page.Text(".gradient:last-child h3"), Does.StartWith("The picture"));
    }

    [Test]
    public async Task AMethodShowsItsPicture()
    {
        page = await chromium.Open(server.Server.Address);
        await page.Draw("#pad", seven);
        await page.WaitFor("document.querySelector('#says').textContent === '7'");
        await page.Click("#tab-methods");
        await page.Click("#method-show");
        await page.WaitFor("document.querySelector('#panels canvas')?.width > 100");
        Assert.That(await page.Text("#panels figcaption"), Does.StartWith("They sum to"));
    }

    [Test]
    public async Task TrainingIsPausedAndGoesOn()
    {
        page = await chromium.Open(server.Server.Address);
        await page.Click("#tab-training");
        await page.Evaluate("document.querySelector('#train-epochs').value = 500");
        await page.Click("#train-form button");
        await page.WaitFor("document.querySelector('.training progress').value > 0");
        await page.Click(".training button");
        await page.WaitFor("document.querySelector('.training p').textContent.startsWith('Paused')");
        Assert.That(await page.Text(".training button"), Is.EqualTo("Resume"));
        double paused = (await page.Evaluate("document.querySelector('.training progress').value")).GetDouble();
        await page.Click(".training button");
        await page.WaitFor(Invariant($"document.querySelector('.training progress').value > {paused:R} && document.querySelector('.training p').textContent.startsWith('Running')"));
        await page.WaitFor("document.querySelectorAll('.training .filters canvas').length === 6 && document.querySelectorAll('.training svg .dot').length > 0");
        await page.Evaluate("[...document.querySelectorAll('.training button')].find(button => button.textContent === 'Stop').click()");
        await page.WaitFor("document.querySelector('.training p').textContent.startsWith('Stopped')");
    }

    [TestCase(390, false)]
    [TestCase(390, true)]
    [TestCase(1280, false)]
    [TestCase(1280, true)]
    public async Task ThePageFitsAndEverythingHasAName(int width, bool isDark)
    {
        page = await chromium.Open(server.Server.Address, width, 900, isDark);
        await page.Draw("#pad", seven);
        await page.WaitFor("document.querySelector('#says').textContent === '7'");
        foreach (string tab in new[] { "forward", "backward", "methods", "training" })
        {
            await page.Click($"#tab-{tab}");
            Assert.That((await page.Evaluate("document.documentElement.scrollWidth")).GetInt32(), Is.LessThanOrEqualTo(width), $"{tab} is wider than the window");
            Assert.That(await page.Nameless(), Is.Empty, $"{tab}: roles without a name");
        }

        string paper = isDark ? "rgb(22, 22, 22)" : "rgb(255, 255, 255)";
        Assert.That((await page.Evaluate("getComputedStyle(document.body).backgroundColor")).GetString(), Is.EqualTo(paper));
    }

    [Test]
    public async Task WithoutARunThePageOffersToTrainAndThenUsesTheNetwork()
    {
        await using PageClient empty = await PageClient.Start(run: null);
        page = await chromium.Open(empty.Server.Address);
        Assert.That(await page.Text("#no-network"), Does.Contain("train lenet5-modern --epochs 2"));
        Assert.That((await empty.Get("/api/trainings")).GetArrayLength(), Is.Zero, "nothing is trained unasked");
        await page.Click("#train-first");
        await page.WaitFor("document.querySelector('.training p')?.textContent.startsWith('Done') && document.querySelector('#about').textContent.startsWith('lenet5-modern')");
        await page.Draw("#pad", seven);
        await page.WaitFor("document.querySelector('#bars .best')");
    }
}
