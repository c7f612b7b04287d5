using System.Net.Http.Headers;
using System.Text;

namespace Towpath.Engines.Registries;

/// <summary>What a registry asks for with status 401 (RFC 9110, section 11.6.1; Distribution, "Token Authentication Specification").</summary>
/// <param name="Scheme">As <c>Bearer</c>.</param>
/// <param name="Parameters">Its parameters, by names in any case.</param>
internal sealed record RegistryChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    private const int MostParameters = 16;

    /// <summary>A parameter, or null.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>The challenge that we answer best: a token, else a password; null for none that we know.</summary>
    public static RegistryChallenge? Best(IEnumerable<AuthenticationHeaderValue> challenges)
    {
        var all = challenges.ToList();
        return (Find("Bearer") ?? Find("Basic")) is { } best ? new RegistryChallenge(best.Scheme, Read(best.Parameter ?? "")) : null;

        AuthenticationHeaderValue? Find(string scheme) => all.Find(challenge => challenge.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase));
    }

    // name=value or name="value", separated by commas; a backslash takes the next character as it is.
    private static Dictionary<string, string> Read(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < text.Length && parameters.Count < MostParameters)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) break;
            var name = text[at..equals].Trim(' ', ',', '\t');
            at = equals + 1;
            parameters[name] = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Token(text, ref at);
        }

        return parameters;
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }

    private static string Token(string text, ref int at)
    {
        var end = text.IndexOf(',', at);
        var value = text[at..(end < 0 ? text.Length : end)].Trim();
        at = end < 0 ? text.Length : end + 1;
        return value;
    }
}
