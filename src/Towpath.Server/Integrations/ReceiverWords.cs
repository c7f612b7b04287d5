using Towpath.Core.Configuration;

namespace Towpath.Server.Integrations;

/// <summary>What a receiver said, fit to be stored and shown: one line, short, and without the secrets that it was called with, which some echo.</summary>
internal static class ReceiverWords
{
    private const int Longest = 300;
    private const int ShortestPart = 6;

    /// <summary>The words.</summary>
    /// <param name="text">What the receiver said.</param>
    /// <param name="secrets">Secrets of the channel; null ones are passed over. Each longer part of the path of an address is one too.</param>
    public static string Of(string text, params ReadOnlySpan<Secret?> secrets)
    {
        var line = string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (var secret in secrets)
        {
            foreach (var part in PartsOf(secret)) line = line.Replace(part, "***", StringComparison.Ordinal);
        }
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    private static IEnumerable<string> PartsOf(Secret? secret)
    {
        if (secret?.Reveal() is not { Length: > 0 } value) return [];
        IEnumerable<string> parts = Uri.TryCreate(value, UriKind.Absolute, out var url)
            ? [.. url.PathAndQuery.Split('/', '?', '&', '='), .. url.LocalPath.Split('/'), .. Uri.UnescapeDataString(url.Query).Split('?', '&', '=')]
            : [];
        // The longest first: what is left of a whole after a part of it was taken out would not be found any more.
        return parts.Where(part => part.Length >= ShortestPart).Append(value).Distinct().OrderByDescending(part => part.Length);
    }
}
