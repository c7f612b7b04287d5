using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api;

/// <summary>Who makes the request under way. The doorkeeper says so; a request that came past it has none, and everything that is judged fails.</summary>
internal sealed class Caller(IServedControlPlane plane)
{
    // Streams run for days: a token that is revoked, or a role that is taken back, must end them soon, and not cost a read for each line.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary><see cref="Key"/> of whoever has no token.</summary>
    public const string Nobody = "nobody";

    private Principal? _principal;
    private string? _presented;
    private long _looked;

    /// <summary>The time, by the control plane's clock.</summary>
    public DateTimeOffset Now => plane.Time.GetUtcNow();

    /// <summary>By what its requests are counted: its token, so that one program of an account does not take the allowance of another.</summary>
    public string Key => _principal switch
    {
        null => Nobody,
        { IsOwner: true } => "owner",
        { Token: { } token } => $"token {token}",
        { Name: var name } => $"account {name}",
    };

    /// <summary>Whether anybody was let in.</summary>
    public bool IsKnown => _principal is not null;

    /// <summary>The doorkeeper knows who it is.</summary>
    /// <param name="principal">Who.</param>
    /// <param name="presented">The account's token; null for the owner's, which does not change while this runs.</param>
    public void Enter(Principal principal, string? presented) => (_principal, _presented, _looked) = (principal, presented, plane.Time.GetTimestamp());

    /// <summary>Who it is, with the rights of now.</summary>
    /// <exception cref="DiagnosticException">Its token has ended meanwhile.</exception>
    public Principal Principal()
    {
        if (_principal is not { } known) throw new InvalidOperationException("nobody was let in");
        if (_presented is null || plane.Time.GetElapsedTime(_looked) < Fresh) return known;
        var again = plane.Authenticate(_presented) ?? throw new DiagnosticException(ExitCode.NotSignedIn, ApiDiagnostics.Unauthorised());
        Enter(again, _presented);
        return again;
    }
}
