using Microsoft.AspNetCore.Http;

namespace RefNet.Web;

/// <summary>Error responses: a status and one sentence, as JSON. No stack trace leaves the server.</summary>
internal static class Problems
{
    private sealed record Problem(string Error);

    /// <summary>Writes an error response.</summary>
    public static Task Write(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Problem(sentence));
    }

    /// <summary>Converts exceptions of endpoints, and unknown addresses, to error responses.</summary>
    public static async Task Catch(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType && context.Response.ContentLength is null)
                await Write(context, context.Response.StatusCode, "There is nothing at this address for this request.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
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
        BadHttpRequestException bad => (bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"Expected at most {PageServer.MostBytes >> 20} MB; found more." : bad.Message),
        IOException or UnauthorizedAccessException => (StatusCodes.Status500InternalServerError, error.Message),
        _ => (StatusCodes.Status500InternalServerError, $"{error.GetType().Name}: {error.Message} This is a bug in RefNet: please report it."),
    };
}

/// <summary>The server has reached its limit of simultaneous work.</summary>
internal sealed class BusyException(string message) : Exception(message);
