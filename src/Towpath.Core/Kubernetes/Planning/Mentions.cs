using System.Buffers;
using System.Globalization;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>A host that a text names, with the port behind it.</summary>
/// <param name="Host">The name.</param>
/// <param name="Port">The port, or null where none follows.</param>
internal readonly record struct Mention(string Host, int? Port);

/// <summary>Hosts in texts: <c>postgres://user@db:5432/shop</c> names <c>db</c> with port 5432.</summary>
internal static class Mentions
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>Words of a text that are among some names, where a host may stand.</summary>
    /// <param name="text">The text: a URL, a list of them, a line of configuration.</param>
    /// <param name="isName">Whether a word is the name of a host that is looked for.</param>
    public static IEnumerable<Mention> In(string text, Func<string, bool> isName)
    {
        var at = 0;
        while (at < text.Length)
        {
            var start = text.AsSpan(at).IndexOfAny(NameCharacters);
            if (start < 0)
            {
                yield break;
            }

            start += at;
            var length = text.AsSpan(start).IndexOfAnyExcept(NameCharacters);
            var end = length < 0 ? text.Length : start + length;
            at = end;
            var word = text[start..end];
            if (CanBeHost(text, start, end) && isName(word))
            {
                yield return new Mention(word, PortAt(text, end));
            }
        }
    }

    // `db:5432`, `//db/`, `@db`, `db,` and a text that is `db` alone; not `/db` (a path), `db=` (a key) or `db@` (a user).
    private static bool CanBeHost(string text, int start, int end)
    {
        var isPath = start > 0 && text[start - 1] == '/' && !(start > 1 && text[start - 2] == '/');
        var isUser = end < text.Length && text[end] is '@' or '=' or '(';
        return !isPath && !(end < text.Length && isUser) && !IsUserOfUrl(text, start, end);
    }

    // `//db:secret@host`: the name before the password is a user.
    private static bool IsUserOfUrl(string text, int start, int end)
    {
        if (start < 2 || text[start - 1] != '/' || end >= text.Length || text[end] != ':')
        {
            return false;
        }

        var rest = text.AsSpan(end);
        var slash = rest.IndexOf('/');
        return (slash < 0 ? rest : rest[..slash]).Contains('@');
    }

    private static int? PortAt(string text, int at)
    {
        if (at >= text.Length || text[at] != ':')
        {
            return null;
        }

        var end = at + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return int.TryParse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;
    }
}
