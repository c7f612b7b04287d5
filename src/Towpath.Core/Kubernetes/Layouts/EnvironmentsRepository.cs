using Towpath.Core.Applications;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>The git repository that a GitOps controller reads environments from.</summary>
/// <param name="Url">Where the controller finds it: <c>https://</c> or <c>ssh://</c>.</param>
/// <param name="Branch">The branch that it follows.</param>
public sealed record EnvironmentsRepository(string Url, string Branch)
{
    /// <summary>The folder that everything stands in, without slashes at its ends; empty for the repository's own.</summary>
    public string Path { get; init; } = "";

    /// <summary>The folder, as the beginning of a path.</summary>
    internal string Root => Path.Length == 0 ? "" : Path + "/";

    /// <summary>The address for people: credentials are left out.</summary>
    public string ShownUrl => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? Url.Replace(uri.UserInfo, "...", StringComparison.Ordinal) : Url;

    /// <summary>Why no controller could read from there, as the end of a sentence; null where it could.</summary>
    public string? WhyNot() => RepositoryAddress.WhyNot(Url, Branch);
}
