using Spectre.Console.Rendering;

namespace RefNet.Console;

/// <summary>Escapes all text that Spectre.Console shows, except its own escape sequences.</summary>
internal sealed class PrintableSegments : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(renderable => new Escaped(renderable));

    private sealed class Escaped(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            inner.Render(options, maxWidth).Select(segment => segment.IsControlCode ? segment : new Segment(Printable.Escape(segment.Text), segment.Style));
    }
}
