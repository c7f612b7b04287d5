using Towpath.Core.Applications;

namespace Towpath.Core.Ci;

/// <summary>Where a pipeline ran outside of the control plane, as far as that place says itself.</summary>
/// <param name="System">Which system.</param>
/// <param name="Url">Page of the job there; null where the system did not say.</param>
/// <param name="Run">Its number or name there, or null.</param>
/// <param name="Reference">Branch or tag, or null.</param>
/// <param name="Runner">Machine that it ran on, or null.</param>
public sealed record CiPlace(CiSystem System, string? Url, string? Run, string? Reference, string? Runner)
{
    /// <summary>
    /// The place that environment variables tell of; null outside of the systems that are known. The names are those of "Predefined CI/CD variables" of GitLab,
    /// "Variables reference" of GitHub Actions, and "Using environment variables" of Jenkins.
    /// </summary>
    /// <param name="variable">Value of a variable, or null.</param>
    public static CiPlace? Of(Func<string, string?> variable)
    {
        string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;
        if (Set("GITLAB_CI") is not null) return new CiPlace(CiSystem.GitLab, Set("CI_JOB_URL"), Set("CI_PIPELINE_ID"), Set("CI_COMMIT_REF_NAME"), Set("CI_RUNNER_DESCRIPTION"));
        if (Set("GITHUB_ACTIONS") is not null) return new CiPlace(CiSystem.GitHub, GitHubUrl(Set), Set("GITHUB_RUN_ID"), Set("GITHUB_REF_NAME"), Set("RUNNER_NAME"));
        return Set("JENKINS_URL") is null ? null : new CiPlace(CiSystem.Jenkins, Set("BUILD_URL"), Set("BUILD_TAG"), Set("BRANCH_NAME") ?? Set("GIT_BRANCH"), Set("NODE_NAME"));
    }

    private static string? GitHubUrl(Func<string, string?> set) =>
        set("GITHUB_SERVER_URL") is { } server && set("GITHUB_REPOSITORY") is { } repository && set("GITHUB_RUN_ID") is { } run
            ? $"{server}/{repository}/actions/runs/{run}" + (set("GITHUB_RUN_ATTEMPT") is { } attempt ? $"/attempts/{attempt}" : "")
            : null;
}

/// <summary>Words for systems.</summary>
public static class CiWords
{
    /// <summary>As it is written in files and on command lines: <c>gitlab</c>.</summary>
    public static string Word(this CiSystem system) => system switch
    {
        CiSystem.GitLab => "gitlab",
        CiSystem.GitHub => "github",
        CiSystem.Jenkins => "jenkins",
        _ => throw new ArgumentOutOfRangeException(nameof(system)),
    };

    /// <summary>By its word; null for none.</summary>
    public static CiSystem? Find(string word)
    {
        foreach (var system in Enum.GetValues<CiSystem>())
            if (system.Word() == word) return system;
        return null;
    }
}
