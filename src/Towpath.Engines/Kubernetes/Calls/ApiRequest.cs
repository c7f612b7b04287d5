namespace Towpath.Engines.Kubernetes.Calls;

/// <summary>One call.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">Path with query, from the slash; escaped.</param>
/// <param name="Subject">What is being done, for messages: "reading Deployment shop/api".</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, string Subject)
{
    /// <summary>JSON; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether doing it twice is like once.</summary>
    public bool IsIdempotent { get; init; } = Method != HttpMethod.Post;

    /// <summary>The body or the answer holds secrets: the server's words about it are not shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Nobody waits for it: others go first.</summary>
    public bool IsInBackground { get; init; }

    /// <summary>How long one attempt may take; a stream: until its head is there.</summary>
    public TimeSpan Bound { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts; a loop that has its own way to come back wants one.</summary>
    public int MostAttempts { get; init; } = CallRetries.MostAttempts;
}
