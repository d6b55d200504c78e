using Microsoft.AspNetCore.Http;

namespace RefNet.Web;

/// <summary>Answers that are errors: a status and one sentence, as JSON. No stack trace leaves the server.</summary>
internal static class Problems
{
    private sealed record Problem(string Error);

    /// <summary>Writes one.</summary>
    public static Task Write(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Problem(sentence));
    }

    /// <summary>Turns what an endpoint throws, and an address that nobody answers, into such answers.</summary>
    public static async Task Catch(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType && context.Response.ContentLength is null)
                await Write(context, context.Response.StatusCode, "There is nothing at this address for such a request.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            (int status, string sentence) = Describe(error);
            await Write(context, status, sentence);
        }
    }

    private static (int Status, string Sentence) Describe(Exception error) => error switch
    {
        BusyException => (StatusCodes.Status429TooManyRequests, error.Message),
        InputException => (StatusCodes.Status400BadRequest, error.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"Expected {PageServer.MostBytes >> 20} MB at most; found more." : bad.Message),
        IOException or UnauthorizedAccessException => (StatusCodes.Status500InternalServerError, error.Message),
        _ => (StatusCodes.Status500InternalServerError, $"{error.GetType().Name}: {error.Message} This is a bug in RefNet: please report it."),
    };
}

/// <summary>There is more to do already than this server takes on.</summary>
internal sealed class BusyException(string message) : Exception(message);
