using System.Text.RegularExpressions;

namespace Towpath.Tests.Server.Api.Pages;

/// <summary>A browser as far as it matters here: it keeps cookies, says where a form comes from, and follows nothing by itself.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(Uri url, HttpMessageHandler? handler = null)
    {
        Origin = url.GetLeftPart(UriPartial.Authority);
        _http = new HttpClient(handler ?? new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };
    }

    public string? Origin { get; set; }

    public Dictionary<string, string> Headers { get; } = [];

    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>What the last answer set, as it was written.</summary>
    public IReadOnlyList<string> LastSet { get; private set; } = [];

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<HttpResponseMessage> PostAsync(string path, params (string, string)[] fields) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Item1, f.Item2))) });

    /// <summary>The page's hidden field.</summary>
    public async Task<string> CsrfAsync(string path = "/login") => Csrf().Match(await (await GetAsync(path)).Content.ReadAsStringAsync()).Groups["token"].Value;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        if (Cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        if (request.Method != HttpMethod.Get && Origin is not null) request.Headers.Add("Origin", Origin);
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await _http.SendAsync(request);
        LastSet = response.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var cookie in LastSet)
        {
            var (name, value) = cookie.Split(';')[0].Split('=', 2) is [var n, var v] ? (n, v) : throw new InvalidOperationException(cookie);
            if (value.Length == 0) Cookies.Remove(name);
            else Cookies[name] = Uri.UnescapeDataString(value);
        }

        return response;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"csrf\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Csrf();
}
