using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Engines.Git;
using Towpath.Server.Git;

namespace Towpath.Server.Api;

/// <summary>The repositories for one caller: judges each request, as <see cref="JudgedControlPlane"/> judges calls. It is the only <see cref="IGitHost"/> that routes can get.</summary>
internal sealed class JudgedGit(IServedControlPlane plane, Caller caller) : IGitHost
{
    /// <inheritdoc/>
    public long MostBytes => plane.Git.MostBytes;

    /// <inheritdoc/>
    public async Task ServeAsync(GitRequest request, CancellationToken cancellationToken)
    {
        // Whoever asks before a push must be able to push: the question makes the repository.
        await JudgeAsync(request.Service == GitCall.UploadPack ? Deed.Fetch : Deed.Ship, request.Application, cancellationToken);
        await plane.Git.ServeAsync(Named(request), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReceiveAsync(GitRequest request, ShipPushed ship, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Ship, request.Application, cancellationToken);
        await plane.Git.ReceiveAsync(Named(request), ship, cancellationToken);
    }

    /// <summary>An application that there is not yet may be pushed by whoever could ship it; to others it is as one that they may not see.</summary>
    private async Task JudgeAsync(Deed deed, string application, CancellationToken cancellationToken)
    {
        var judgement = Access.Judge(caller.Principal(), deed, application, null, caller.Now);
        if (judgement.Allowed) return;
        var known = (await plane.ApplicationsAsync(cancellationToken)).Where(a => Access.Sees(caller.Principal(), a, caller.Now)).ToList();
        if (!Access.SeesAll(caller.Principal(), caller.Now) && !known.Contains(application))
            throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.UnknownApplication(application, known));
        throw new DiagnosticException(ExitCode.Forbidden, IdentityDiagnostics.Forbidden(judgement.Why, judgement.Needed));
    }

    /// <summary>An account speaks for itself only; the owner says who he is.</summary>
    private GitRequest Named(GitRequest request) => caller.Principal() is { IsOwner: false } principal ? request with { Account = principal.Name } : request;
}
