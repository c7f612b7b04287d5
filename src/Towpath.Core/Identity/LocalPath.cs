namespace Towpath.Core.Identity;

/// <summary>Where a browser may be sent after a login.</summary>
public static class LocalPath
{
    private const int MostCharacters = 512;

    /// <summary>
    /// The path, where it is one of this control plane; the other one else. Browsers take <c>//host</c>, <c>/\host</c> and what holds a tab or line end for other places, so that a link to the login
    /// could lead on to a page that looks like it.
    /// </summary>
    public static string Or(string? path, string other) =>
        path is ['/', ..] && path.Length <= MostCharacters && !path.StartsWith("//", StringComparison.Ordinal) && path.All(c => c is > ' ' and < '\x7f' and not '\\') ? path : other;
}
