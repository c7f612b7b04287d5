using Towpath.Core.Diagnostics;
using Towpath.Engines.Kubernetes.Calls;

namespace Towpath.Engines.Kubernetes;

/// <summary>Kinds of failure that callers tell apart.</summary>
public enum ApiFailure
{
    /// <summary>Nothing answers at the server's address.</summary>
    Unreachable,

    /// <summary>A call did not end in its time.</summary>
    TimedOut,

    /// <summary>The server's certificate is not trusted.</summary>
    Untrusted,

    /// <summary>The credentials are none that the cluster knows.</summary>
    Unauthorized,

    /// <summary>The account may not do that.</summary>
    Forbidden,

    /// <summary>There is no such object, namespace or kind.</summary>
    NotFound,

    /// <summary>Another manager owns a field, or the object changed in between.</summary>
    Conflict,

    /// <summary>An object of that name exists.</summary>
    AlreadyExists,

    /// <summary>A version or a page is too old: list anew.</summary>
    Gone,

    /// <summary>A field is wrong.</summary>
    Invalid,

    /// <summary>The server is overloaded, or has a fault of its own; it was asked several times.</summary>
    Busy,

    /// <summary>The answer is larger than what is read, or none that is understood.</summary>
    BadAnswer,

    /// <summary>Any other refusal.</summary>
    Refused,
}

/// <summary>A call to a cluster failed. Neither message nor diagnostic holds a secret.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>A failure of a kind.</summary>
    public KubernetesException(ApiFailure failure, Diagnostic diagnostic, ApiStatus? status = null, Exception? inner = null)
        : base(diagnostic.Notes.Length > 0 ? $"{diagnostic.Headline}: {string.Join(' ', diagnostic.Notes)}" : diagnostic.Headline, inner) =>
        (Failure, Diagnostic, Status) = (failure, diagnostic, status);

    /// <summary>What failed.</summary>
    public ApiFailure Failure { get; }

    /// <summary>Other managers hold fields, and were not overruled; a conflict without them passes by itself.</summary>
    public bool IsHeldByOthers => Status is { } status && status.Causes.Any(c => c.Reason == FieldManagerConflict);

    /// <summary>The reason that the server gives for each field that another manager holds.</summary>
    internal const string FieldManagerConflict = "FieldManagerConflict";

    /// <summary>The failure, told for people.</summary>
    public Diagnostic Diagnostic { get; }

    /// <summary>What the server said; null where it said nothing.</summary>
    public ApiStatus? Status { get; }
}
