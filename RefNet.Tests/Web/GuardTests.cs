using System.Net;
using NUnit.Framework;

namespace RefNet.Tests.Web;

/// <summary>Who may ask the page's server: whoever has the token of its start, under its own name, from its own page.</summary>
[TestFixture]
public sealed class GuardTests
{
    private PageClient page = null!;
    private HttpClient stranger = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        page = await PageClient.Start(run: null);
        stranger = new HttpClient(new HttpClientHandler { UseCookies = false });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        stranger.Dispose();
        await page.DisposeAsync();
    }

    [TestCase("/")]
    [TestCase("/main.js")]
    [TestCase("/api/networks")]
    [TestCase("/?token=")]
    [TestCase("/?token=0123456789abcdef0123456789abcdef")]
    [TestCase("/api/networks/1/look")]
    public async Task WithoutTheTokenNothingIsTold(string path)
    {
        using HttpResponseMessage answer = await stranger.GetAsync(page.Origin + path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("{\"error\":\"Expected the token of this start"));
    }

    [Test]
    public async Task TwoStartsHaveDifferentTokens()
    {
        await using PageClient other = await PageClient.Start(run: null);
        Assert.That(other.Server.Address.Query, Is.Not.EqualTo(page.Server.Address.Query));
    }

    [TestCase("evil.example")]
    [TestCase("evil.example:{0}")]
    [TestCase("127.0.0.1")]
    [TestCase("127.0.0.1:1")]
    [TestCase("[::1]:{0}")]
    public async Task AnotherHostNameIsRefused(string host)
    {
        HttpRequestMessage request = new(HttpMethod.Get, page.Server.Address) { Headers = { Host = string.Format(host, page.Server.Port) } };
        Assert.That((await page.Send(request)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "a name that somebody points at 127.0.0.1 (DNS rebinding)");
    }

    [Test]
    public async Task LocalhostIsAName()
    {
        HttpRequestMessage request = new(HttpMethod.Get, page.Server.Address) { Headers = { Host = $"localhost:{page.Server.Port}" } };
        Assert.That((await page.Send(request)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(null, null, false)]
    [TestCase("null", null, false)]
    [TestCase("http://evil.example", null, false)]
    [TestCase("http://127.0.0.1:1", null, false)]
    [TestCase("own", "cross-site", false)]
    [TestCase("own", "same-site", false)]
    [TestCase("own", "same-origin", true)]
    [TestCase("own", null, true)]
    public async Task WhatChangesSomethingMustComeFromThePage(string? origin, string? site, bool isLet)
    {
        HttpRequestMessage request = new(HttpMethod.Post, page.Origin + "/api/trainings/99/stop");
        if (origin is not null)
            request.Headers.Add("Origin", origin == "own" ? page.Origin : origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        Assert.That((await page.Send(request)).StatusCode, Is.EqualTo(isLet ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden), "400 says that there is no training 99: the guard has let it through");
    }

    [Test]
    public async Task AnotherSiteMayNotReadEither()
    {
        HttpRequestMessage request = new(HttpMethod.Get, page.Origin + "/api/networks") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        Assert.That((await page.Send(request)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task ThePageAllowsNothingFromElsewhere()
    {
        using HttpResponseMessage answer = await stranger.GetAsync(page.Server.Address);
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'self';").And.Contains("frame-ancestors 'none'").And.Not.Contains("unsafe"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
        Assert.That(answer.Headers.GetValues("Set-Cookie").Single(), Does.Contain("httponly").And.Contains("samesite=strict"));
        Assert.That(answer.Headers.Contains("Server"), Is.False);
    }

    [TestCase("/../../etc/passwd")]
    [TestCase("/%2e%2e/%2e%2e/etc/passwd")]
    [TestCase("/index.html/..%2f..%2fsecret")]
    [TestCase("/appsettings.json")]
    [TestCase("/page/main.js")]
    public async Task NoFileOfTheMachineIsServed(string path)
    {
        HttpResponseMessage answer = await page.Send(new HttpRequestMessage(HttpMethod.Get, page.Origin + path));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("{\"error\":\"There is nothing at this address"));
    }

    [Test]
    public async Task ALargePictureIsRefused()
    {
        HttpRequestMessage request = new(HttpMethod.Post, page.Origin + "/api/networks/1/look") { Content = new ByteArrayContent(new byte[RefNet.Web.PageServer.MostBytes + 1]) };
        request.Headers.Add("Origin", page.Origin);
        request.Headers.ExpectContinue = true; // the answer comes before the picture is sent
        HttpResponseMessage answer = await page.Send(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("{\"error\":\"Expected at most 8 MB"));
    }

    [Test]
    public async Task AMethodThatIsNotThereIsRefused() =>
        Assert.That((await page.Send(new HttpRequestMessage(HttpMethod.Delete, page.Origin + "/api/networks") { Headers = { { "Origin", page.Origin } } })).StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));

    [TestCase("{", "Failed to read")]
    [TestCase("{}", "model")]
    [TestCase("{\"model\":\"lenet\"}", "There is no model 'lenet'")]
    [TestCase("{\"model\":\"mlp\",\"epochs\":0}", "The epochs must be")]
    [TestCase("{\"model\":\"mlp\",\"learningRate\":-1}", "The learning rate must be")]
    [TestCase("{\"model\":\"mlp\",\"optimizer\":\"adm\"}", "There is no optimizer 'adm'")]
    public async Task AMistakeIsA400WithASentence(string json, string part)
    {
        HttpResponseMessage answer = await page.Answer("/api/trainings", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("{\"error\":").And.Contains(part).And.Not.Contains("   at "));
    }

    [Test]
    public async Task APortThatIsTakenIsAMistakeWithASentence()
    {
        await using PageClient first = await PageClient.Start(run: null);
        Assert.That(async () => await PageClient.Start(run: null, settings => settings with { Port = first.Server.Port }),
            Throws.TypeOf<InputException>().With.Message.Contains("expected a free port"));
    }
}
