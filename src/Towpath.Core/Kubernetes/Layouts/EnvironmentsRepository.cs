using System.Text.RegularExpressions;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>The git repository that a GitOps controller reads environments from.</summary>
/// <param name="Url">Where the controller finds it: <c>https://</c> or <c>ssh://</c>.</param>
/// <param name="Branch">The branch that it follows.</param>
public sealed partial record EnvironmentsRepository(string Url, string Branch)
{
    /// <summary>The address for people: credentials are left out.</summary>
    public string ShownUrl => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? Url.Replace(uri.UserInfo, "...", StringComparison.Ordinal) : Url;

    /// <summary>Why no controller could read from there, as the end of a sentence; null where it could.</summary>
    public string? WhyNot() =>
        !Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "ssh") || uri.Host.Length == 0
            ? "it is no https:// or ssh:// address"
            : uri.UserInfo.Contains(':', StringComparison.Ordinal) || (uri.Scheme != "ssh" && uri.UserInfo.Length > 0)
                ? "it has credentials in it, which would end up in the files"
                : !PlainBranch().IsMatch(Branch) || Branch.Contains("..", StringComparison.Ordinal)
                    ? $"`{Branch}` is no name of a branch"
                    : null;

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainBranch();
}
