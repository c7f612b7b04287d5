using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Server.Git;

namespace Towpath.Server.Api;

/// <summary>
/// A control plane as the API's host sees it: it also knows whose a token is, and lets rights be judged by what only it can find out. It does all that it is
/// asked, for anybody: routes get it through <see cref="JudgedControlPlane"/> only.
/// </summary>
public interface IServedControlPlane : IControlPlane, IServedLogins
{
    /// <summary>The clock by which tokens end.</summary>
    TimeProvider Time { get; }

    /// <summary>The repositories that people push to.</summary>
    IGitHost Git { get; }

    /// <summary>Calls of other services.</summary>
    IHooks Hooks { get; }

    /// <summary>Whose token that is; null where nobody has it.</summary>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">It has ended, or its account is disabled.</exception>
    Principal? Authenticate(string token);

    /// <summary>What a link asks to confirm.</summary>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">It is not ours, or has expired.</exception>
    ConfirmationLink OpenLink(string link);

    /// <summary>The application of a pipeline run, or null for no such run.</summary>
    string? ApplicationOfRun(string run);

    /// <summary>As <see cref="IControlPlane.ShipAsync"/>; which application it is stands in the commit, so it is judged once that was read, before anything is stored.</summary>
    /// <param name="request">What is shipped.</param>
    /// <param name="admit">Throws where the commit must not be shipped.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<ShipAnswer> ShipAsync(ShipRequest request, Action<ShipCandidate> admit, CancellationToken cancellationToken);
}

/// <summary>A commit that was read and is not yet queued.</summary>
/// <param name="Application">Application, as read from the commit.</param>
/// <param name="ChangedGuards">Environments that are there already, and that other gates would guard from now on.</param>
public sealed record ShipCandidate(string Application, IReadOnlyList<string> ChangedGuards);
