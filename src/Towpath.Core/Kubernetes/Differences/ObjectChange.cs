using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Differences;

/// <summary>What an apply would do to an object.</summary>
public enum ObjectChangeKind
{
    /// <summary>It is not there, and would be made.</summary>
    Added,

    /// <summary>Fields of it would change.</summary>
    Changed,

    /// <summary>It was made for the environment, is wanted no more, and would be deleted.</summary>
    Removed,

    /// <summary>The cluster would refuse the change.</summary>
    Refused,
}

/// <summary>A field that an apply would change.</summary>
/// <param name="Change">The field; the values of a Secret are left out.</param>
/// <param name="IsSecret">Its values may not be shown.</param>
/// <param name="Managers">Others than Towpath that set it, where that is known.</param>
public sealed record FieldDifference(FieldChange Change, bool IsSecret, ImmutableArray<string> Managers);

/// <summary>An object that an apply would change.</summary>
/// <param name="Subject">Kind and name: <c>Deployment/api</c>.</param>
/// <param name="Kind">What would be done.</param>
/// <param name="Fields">The fields of one that would change.</param>
/// <param name="Why">Why it would be refused, in the cluster's words; null for all others.</param>
public sealed record ObjectChange(string Subject, ObjectChangeKind Kind, ImmutableArray<FieldDifference> Fields, string? Why = null)
{
    /// <summary>Kind and name of an object.</summary>
    public static string SubjectOf(JsonObject item) => $"{item.Text("kind")}/{item.Name()}";

    /// <summary>An object that is there, and what an apply would make of it; null where that is the same.</summary>
    /// <param name="live">As it is.</param>
    /// <param name="would">As the API server says that it would be.</param>
    public static ObjectChange? Between(JsonObject live, JsonObject would)
    {
        var kind = live.Text("kind") ?? "";
        var fields = ObjectDifference.Between(live, would);
        return fields.IsEmpty ? null : new ObjectChange(SubjectOf(live), ObjectChangeKind.Changed, [.. fields.Select(c => Of(kind, live, c))]);
    }

    private static FieldDifference Of(string kind, JsonObject live, FieldChange change)
    {
        var isSecret = FieldWords.IsSecret(kind, change.Path);
        return new FieldDifference(isSecret ? change with { Live = null, Wanted = null } : change, isSecret, FieldOwners.Of(live, change.Path));
    }
}
