using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace RefNet.Tests.Web;

/// <summary>A page in Chromium: what a person does with it, and what it did.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    // Against hanging alone; far more than anything takes on a loaded machine.
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(100);

    private readonly ClientWebSocket socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> waiting = new();
    private readonly SemaphoreSlim sending = new(1);
    private int last;

    private BrowserPage() { }

    /// <summary>The addresses that it asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What it said in the console as an error or a warning, and exceptions.</summary>
    public ConcurrentQueue<string> Problems { get; } = new();

    public static async Task<BrowserPage> Open(Uri tools, Uri address, int width, int height, bool isDark)
    {
        BrowserPage page = new();
        await page.socket.ConnectAsync(tools, CancellationToken.None);
        _ = page.Receive();
        foreach (string domain in new[] { "Page", "Runtime", "Network", "Log", "Accessibility" })
            await page.Send($"{domain}.enable");
        await page.Send("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        await page.Send("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = isDark ? "dark" : "light" } } });
        await page.Send("Page.navigate", new { url = address.ToString() });
        await page.WaitFor("document.querySelector('#train-model').length + document.querySelector('#train-problem').textContent.length > 0 && (document.querySelectorAll('.layer').length > 1 || !document.querySelector('#no-network').hidden)");
        return page;
    }

    /// <summary>The value of an expression of JavaScript.</summary>
    public async Task<JsonElement> Evaluate(string expression)
    {
        JsonElement answer = await Send("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        if (answer.TryGetProperty("exceptionDetails", out JsonElement exception))
            throw new InvalidOperationException($"{expression}: {exception}");
        return answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default;
    }

    /// <summary>The text of an element.</summary>
    public async Task<string> Text(string selector) => (await Evaluate($"document.querySelector({Quote(selector)}).textContent")).GetString()!;

    /// <summary>Waits until an expression is true.</summary>
    public Task WaitFor(string expression) => Evaluate($"new Promise(done => {{ const look = () => {{ try {{ if ({expression}) return done(true); }} catch {{ }} setTimeout(look, 10); }}; look(); }})");

    /// <summary>Scrolls to an element and clicks into the middle of it.</summary>
    public async Task Click(string selector)
    {
        await WaitFor($"document.querySelector({Quote(selector)})?.getBoundingClientRect().width > 0");
        (double x, double y) = await PlaceIn(selector, 0.5, 0.5);
        await Mouse("mouseMoved", x, y, isDown: false);
        await Mouse("mousePressed", x, y);
        await Mouse("mouseReleased", x, y);
    }

    /// <summary>Draws a line with the pointer through points of an element, each from 0 to 1.</summary>
    public async Task Draw(string selector, params (double X, double Y)[] points)
    {
        (double x, double y) = await PlaceIn(selector, points[0].X, points[0].Y);
        await Mouse("mouseMoved", x, y, isDown: false);
        await Mouse("mousePressed", x, y);
        for (int i = 1; i < points.Length; i++)
        {
            for (int step = 1; step <= 10; step++)
            {
                (x, y) = await PlaceIn(selector, double.Lerp(points[i - 1].X, points[i].X, step / 10.0), double.Lerp(points[i - 1].Y, points[i].Y, step / 10.0));
                await Mouse("mouseMoved", x, y);
            }
        }

        await Mouse("mouseReleased", x, y);
    }

    /// <summary>Presses keys, such as Tab, Enter, ArrowLeft or Shift+ArrowLeft.</summary>
    public async Task Press(params string[] keys)
    {
        foreach (string key in keys)
        {
            bool isShifted = key.StartsWith("Shift+", StringComparison.Ordinal);
            string name = isShifted ? key["Shift+".Length..] : key;
            string text = name switch { "Space" => " ", "Enter" => "\r", _ => "" };
            int code = name switch { "Tab" => 9, "Enter" => 13, "Escape" => 27, "Space" => 32, "ArrowLeft" => 37, "ArrowUp" => 38, "ArrowRight" => 39, "ArrowDown" => 40, "Delete" => 46, _ => 0 };
            object about = new { type = text.Length > 0 ? "keyDown" : "rawKeyDown", key = name == "Space" ? " " : name, code = name, windowsVirtualKeyCode = code, modifiers = isShifted ? 8 : 0, text };
            await Send("Input.dispatchKeyEvent", about);
            await Send("Input.dispatchKeyEvent", new { type = "keyUp", key = name == "Space" ? " " : name, code = name, windowsVirtualKeyCode = code });
        }
    }

    /// <summary>Presses Tab until an element has the focus.</summary>
    public async Task TabTo(string selector)
    {
        for (int i = 0; i < 60; i++)
        {
            if ((await Evaluate($"document.activeElement.matches({Quote(selector)})")).GetBoolean())
                return;
            await Press("Tab");
        }

        throw new InvalidOperationException($"The Tab key does not reach {selector}.");
    }

    /// <summary>What can have the focus and has no name that a screen reader could say.</summary>
    public async Task<IReadOnlyList<string>> Nameless()
    {
        JsonElement tree = await Send("Accessibility.getFullAXTree");
        return [.. from node in tree.GetProperty("nodes").EnumerateArray()
                   where !node.GetProperty("ignored").GetBoolean() && node.TryGetProperty("properties", out JsonElement properties)
                       && properties.EnumerateArray().Any(property => property.GetProperty("name").GetString() == "focusable" && property.GetProperty("value").GetProperty("value").GetBoolean())
                   where node.GetProperty("role").GetProperty("value").GetString() != "RootWebArea"
                   where !node.TryGetProperty("name", out JsonElement name) || name.GetProperty("value").GetString() is null or ""
                   select node.GetProperty("role").GetProperty("value").GetString()];
    }

    public async ValueTask DisposeAsync()
    {
        await Send("Page.close");
        socket.Dispose();
    }

    private async Task<(double X, double Y)> PlaceIn(string selector, double x, double y)
    {
        JsonElement box = await Evaluate($"(() => {{ const found = document.querySelector({Quote(selector)}); const inSight = found.getBoundingClientRect(); if (inSight.top < 0 || inSight.bottom > innerHeight) found.scrollIntoView({{ block: 'center' }}); const box = found.getBoundingClientRect(); return [box.left, box.top, box.width, box.height]; }})()");
        return (box[0].GetDouble() + x * box[2].GetDouble(), box[1].GetDouble() + y * box[3].GetDouble());
    }

    private Task Mouse(string type, double x, double y, bool isDown = true) =>
        Send("Input.dispatchMouseEvent", new { type, x, y, button = isDown ? "left" : "none", buttons = isDown && type != "mouseReleased" ? 1 : 0, clickCount = type == "mouseMoved" ? 0 : 1, pointerType = "mouse" });

    private async Task<JsonElement> Send(string method, object? parameters = null)
    {
        int id = Interlocked.Increment(ref last);
        TaskCompletionSource<JsonElement> answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } }), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }

        return await answer.Task.WaitAsync(patience);
    }

    private async Task Receive()
    {
        byte[] buffer = new byte[1 << 16];
        while (socket.State == WebSocketState.Open)
        {
            using MemoryStream message = new();
            try
            {
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
            }
            catch (Exception error) when (error is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                return; // the page was closed
            }

            if (message.Length > 0)
                Take(JsonDocument.Parse(message.ToArray()).RootElement);
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out JsonElement id))
        {
            if (!waiting.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer))
                return;
            if (message.TryGetProperty("error", out JsonElement error))
                answer.SetException(new InvalidOperationException($"{error}"));
            else
                answer.SetResult(message.GetProperty("result"));
            return;
        }

        JsonElement about = message.GetProperty("params");
        switch (message.GetProperty("method").GetString())
        {
            case "Network.requestWillBeSent":
                Requests.Enqueue(about.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Runtime.exceptionThrown":
                Problems.Enqueue($"{about.GetProperty("exceptionDetails")}");
                break;
            case "Runtime.consoleAPICalled" when about.GetProperty("type").GetString() is "error" or "warning" or "assert":
                Problems.Enqueue($"{about.GetProperty("args")}");
                break;
            case "Log.entryAdded" when about.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                Problems.Enqueue($"{about.GetProperty("entry")}");
                break;
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
