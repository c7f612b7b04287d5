using Towpath.Engines.Git;

namespace Towpath.Server.Git;

/// <summary>One request of a client of git, and where its answer goes.</summary>
/// <param name="Application">Whose repository.</param>
/// <param name="Service">One of <see cref="GitCall.UploadPack"/> and <see cref="GitCall.ReceivePack"/>.</param>
/// <param name="Advertises">Asks which references there are; else it is the exchange itself.</param>
/// <param name="Account">Who asks.</param>
/// <param name="Body">Body of the request.</param>
/// <param name="Reply">Begins the answer and gives the stream of its body; called once, and not at all where nothing can be answered.</param>
public sealed record GitRequest(string Application, string Service, bool Advertises, string Account, Stream Body, Func<GitHead, Stream> Reply)
{
    /// <summary>Number of bytes of the body, where the client says it.</summary>
    public long? Length { get; init; }

    /// <summary>How the body is packed: <c>gzip</c>, or null.</summary>
    public string? Encoding { get; init; }

    /// <summary>What the client says of the protocol's version, or null.</summary>
    public string? Protocol { get; init; }
}

/// <summary>
/// What is done with a commit that the shipping branch leads to after a push, before the push is acknowledged; the lines that it gives are shown to whoever pushed
/// as they come, after that.
/// </summary>
/// <param name="repository">Absolute path of the repository.</param>
/// <param name="commit">Full object name.</param>
/// <param name="cancellationToken">Ends it early: the push counts for nothing then.</param>
public delegate Task<IAsyncEnumerable<string>> ShipPushed(string repository, string commit, CancellationToken cancellationToken);

/// <summary>The repositories of a control plane, as clients of git see them.</summary>
public interface IGitHost
{
    /// <summary>Most bytes of one request.</summary>
    long MostBytes { get; }

    /// <summary>Serves clone and fetch, and the question which references there are.</summary>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">TP4790, TP4792, TP4794, TP4795.</exception>
    Task ServeAsync(GitRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a push.</summary>
    /// <param name="request">The push.</param>
    /// <param name="ship">What is done with a commit of the shipping branch.</param>
    /// <param name="cancellationToken">The client has gone, or the control plane ends.</param>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">TP4792 to TP4795.</exception>
    Task ReceiveAsync(GitRequest request, ShipPushed ship, CancellationToken cancellationToken);
}
