using System.Collections.Frozen;
using System.Collections.Immutable;
using Towpath.Core.Sources;

namespace Towpath.Core.Trackers;

/// <summary>What a tracker is.</summary>
public enum TrackerKind
{
    /// <summary>GitLab, by its REST API of version 4.</summary>
    GitLab,

    /// <summary>GitHub, by its REST API.</summary>
    GitHub,
}

/// <summary>A project elsewhere whose issues are deploy requests: an entry of <c>trackers</c> in <c>server.yaml</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Url">Base of its API, with a slash at its end.</param>
/// <param name="Project">The project: its path or number in GitLab, <c>OWNER/NAME</c> in GitHub.</param>
/// <param name="Token">The token that it is asked with; never shown.</param>
/// <param name="Applications">Applications that its issues may be about; at least one.</param>
public sealed record TrackerSpec(string Name, TrackerKind Kind, Uri Url, string Project, Func<string> Token, ImmutableArray<string> Applications)
{
    /// <summary>The label of issues that are deploy requests where nobody named another.</summary>
    public const string DefaultLabel = "deploy-request";

    /// <summary>The label of issues that are deploy requests.</summary>
    public string Label { get; init; } = DefaultLabel;

    /// <summary>How often it is looked at.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Accounts by the names that their people have there. Neither service tells two names apart by their case.</summary>
    public FrozenDictionary<string, string> Accounts { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What calls are signed with; null where nobody calls.</summary>
    public Func<string>? HookKey { get; init; }

    /// <summary>The form of its calls.</summary>
    public HookKind Hook => Kind == TrackerKind.GitLab ? HookKind.GitLab : HookKind.GitHub;

    /// <summary>Who is said to do what nobody in particular does, in the journal.</summary>
    public string Actor => $"tracker:{Name}";
}
