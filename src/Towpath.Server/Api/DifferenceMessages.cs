namespace Towpath.Server.Api;

/// <summary>What a release would change of an environment on a cluster.</summary>
/// <param name="Environment">Environment.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Release">The release that was compared.</param>
/// <param name="Current">The release that runs there; null for none.</param>
/// <param name="Objects">Objects that would change, in the order in which they are applied; those that go come last.</param>
public sealed record DifferencesAnswer(string Environment, string Namespace, string Release, string? Current, IReadOnlyList<ObjectChangeAnswer> Objects);

/// <summary>An object that would change.</summary>
/// <param name="Subject">Kind and name: <c>Deployment/api</c>.</param>
/// <param name="Change"><c>added</c>, <c>changed</c>, <c>removed</c>, or <c>refused</c> where the cluster would not take the change.</param>
/// <param name="Fields">The fields of one that would change.</param>
public sealed record ObjectChangeAnswer(string Subject, string Change, IReadOnlyList<FieldChangeAnswer> Fields)
{
    /// <summary>Why it would be refused, in the cluster's words; null for all others.</summary>
    public string? Why { get; init; }
}

/// <summary>A field that would change.</summary>
/// <param name="Path">Where: <c>spec.template.spec.containers[api].image</c>.</param>
/// <param name="Live">What is there, on one line, cut after 400 characters; null for nothing, and where it is secret.</param>
/// <param name="Wanted">What would be there, likewise.</param>
/// <param name="IsSecret">It is one of a Secret: its values are not shown.</param>
/// <param name="ChangedBy">Others than Towpath that set it, where the cluster tells.</param>
public sealed record FieldChangeAnswer(string Path, string? Live, string? Wanted, bool IsSecret, IReadOnlyList<string> ChangedBy);
