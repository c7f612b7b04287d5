using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>Something that the repository says by itself.</summary>
/// <param name="Service">The service that it is about, or null for the whole application.</param>
/// <param name="Key">The key that it gives, or what it is.</param>
/// <param name="Value">Its value, as YAML.</param>
/// <param name="Source">Where it was found: a file, with a line where there is one.</param>
public sealed record Finding(string? Service, string Key, string Value, string Source);

/// <summary>What the user said, or left to the defaults.</summary>
public sealed record OnboardingOptions
{
    /// <summary>Name of the application; null for that of the Compose file, else of the folder.</summary>
    public string? Application { get; init; }

    /// <summary>Who answers for services that CODEOWNERS does not name; null for nobody yet.</summary>
    public string? Owner { get; init; }

    /// <summary>The ladder, lowest first.</summary>
    public ImmutableArray<string> Environments { get; init; } = ["development", "staging", "production"];

    /// <summary>Replace values and files that are there.</summary>
    public bool Force { get; init; }
}

/// <summary>What would be written, why, and what only a person knows.</summary>
/// <param name="Texts">New text of each file that changes or begins, by its path.</param>
/// <param name="Findings">What the repository says.</param>
/// <param name="Open">What only a person can fill in or decide.</param>
public sealed record Proposal(ImmutableSortedDictionary<string, string> Texts, ImmutableArray<Finding> Findings, ImmutableArray<Diagnostic> Open);
