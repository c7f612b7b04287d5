using System.Text.RegularExpressions;

namespace Towpath.Core.Applications;

/// <summary>Where a git repository is that others read too: the address ends up in files, so that no login may be in it.</summary>
public static partial class RepositoryAddress
{
    /// <summary>Why no controller could read from there, as the end of a sentence; null where it could.</summary>
    /// <param name="url">The address.</param>
    /// <param name="branch">The branch.</param>
    public static string? WhyNot(string url, string branch) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "ssh") || uri.Host.Length == 0
            ? "it is no https:// or ssh:// address"
            : uri.UserInfo.Contains(':', StringComparison.Ordinal) || (uri.Scheme != "ssh" && uri.UserInfo.Length > 0)
                ? "it has credentials in it, which would end up in the files"
                : !PlainBranch().IsMatch(branch) || branch.Contains("..", StringComparison.Ordinal)
                    ? $"`{branch}` is no name of a branch"
                    : null;

    /// <summary>Why nothing can be pushed there, as the end of a sentence; null where it can.</summary>
    /// <param name="url">The address.</param>
    /// <param name="branch">The branch.</param>
    public static string? WhyNoPush(string url, string branch) => WhyNot(url, branch) ?? new Uri(url) switch
    {
        { Scheme: "http", IsLoopback: false } => "what is pushed could be altered on its way",
        var uri when uri.Query.Length > 0 || uri.Fragment.Length > 0 || url.Any(c => c <= ' ') => "it holds a part that is no address",
        _ => null,
    };

    /// <summary>Whether a folder of a repository can be called so: plain names with slashes between them, none of which is git's own.</summary>
    public static bool IsFolder(string path) => path.Length <= 200 && PlainFolder().IsMatch(path);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainBranch();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainFolder();
}
