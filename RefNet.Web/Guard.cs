using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RefNet.Web;

/// <summary>
/// All access control of this server. It listens only on 127.0.0.1; each start has its own token, known only to those who see the terminal;
/// other sites in the same browser can neither read from it (host, cookie) nor write to it (origin).
/// </summary>
internal sealed class Guard
{
    private const string TokenName = "token";

    // Only 'self': no inline script or style, nothing from elsewhere, and no frame around the page.
    private const string ContentPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    // From the system's random numbers, not from a seed: nobody must be able to guess it.
    private readonly byte[] token = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    private readonly Func<int> port;

    /// <summary>Creates the guard of a server.</summary>
    /// <param name="port">The port, once it is known.</param>
    public Guard(Func<int> port) => this.port = port;

    /// <summary>The token of this start.</summary>
    public string Token => Encoding.ASCII.GetString(token);

    // Browsers send the cookies of one port of a host to other ports too: the name keeps two servers apart.
    private string CookieName => $"refnet-{port()}";

    /// <summary>Lets a request through, or says why not.</summary>
    public async Task Watch(HttpContext context, RequestDelegate next)
    {
        AddHeaders(context.Response.Headers);
        if (Refusal(context.Request) is { } why)
        {
            await Problems.Write(context, StatusCodes.Status403Forbidden, why);
            return;
        }

        if (context.Request.Query.ContainsKey(TokenName))
            context.Response.Cookies.Append(CookieName, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
        await next(context);
    }

    private string? Refusal(HttpRequest request)
    {
        string[] hosts = [$"127.0.0.1:{port()}", $"localhost:{port()}"];
        if (!hosts.Contains(request.Host.Value))
            return $"Expected the host {hosts[0]} or {hosts[1]}; found another name. Open the address that refnet printed.";
        if (!IsToken(request.Query[TokenName]) && !IsToken(request.Cookies[CookieName]))
            return "Expected the token of this start; found none, or another. Open the address that refnet printed, which contains it.";
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        bool isPage = HttpMethods.IsGet(request.Method) && request.Path == "/";
        if (!isPage && site is not ("" or "same-origin"))
            return "Expected a request from this page; found one from another site.";
        bool changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (changes && request.Headers.Origin.ToString() != $"http://{request.Host.Value}")
            return "Expected a request from this page, with its origin; found another origin, or none.";
        return null;
    }

    private bool IsToken(string? found) => found is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(found), token);

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
