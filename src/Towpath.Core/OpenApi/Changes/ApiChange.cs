using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>What a change means to a client that was written for the version before.</summary>
public enum ApiEffect
{
    /// <summary>Nothing: only words for people differ.</summary>
    Documentation,

    /// <summary>It goes on as before.</summary>
    Compatible,

    /// <summary>What it calls is not there any more.</summary>
    OperationGone,

    /// <summary>What it sends is not enough any more.</summary>
    RequestNeedsMore,

    /// <summary>What it sends is not taken any more.</summary>
    RequestTakesLess,

    /// <summary>What it reads is missing.</summary>
    ResponseSaysLess,

    /// <summary>It reads what it was never told of.</summary>
    ResponseSaysOther,

    /// <summary>It is not let in any more.</summary>
    AccessCloses,
}

/// <summary>One difference between two versions of a description.</summary>
/// <param name="Name">Stable name, such as <c>response-property-removed</c>.</param>
/// <param name="Effect">What it means to clients.</param>
/// <param name="Text">What changed, for people, beginning with the operation.</param>
/// <param name="Location">Where: in the new description, and for what was removed in the old one.</param>
/// <param name="InOld">The location is in the old description.</param>
public sealed record ApiChange(string Name, ApiEffect Effect, string Text, Location Location, bool InOld = false)
{
    /// <summary>A client of the version before may fail.</summary>
    public bool Breaks => Effect >= ApiEffect.OperationGone;
}
