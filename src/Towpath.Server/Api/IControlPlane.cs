using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Server.Api;

/// <summary>
/// What the API can ask of the control plane. Calls answer at once; what they start is followed in the journal. What can't be
/// done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.
/// </summary>
public interface IControlPlane : IAccounts, IListings, IRequests, IHandover, IEscalations, IReviews, IConfirmations, ISecrets, IPorts, ISupplyChain, IEvidence, ISources, ILogins, IDifferences
{
    /// <summary>Who it is.</summary>
    Task<AboutAnswer> AboutAsync(CancellationToken cancellationToken);

    /// <summary>Reads the commit's Compose file, then queues a pipeline run.</summary>
    Task<ShipAnswer> ShipAsync(ShipRequest request, CancellationToken cancellationToken);

    /// <summary>Cancels a pipeline run; one that has ended is left alone.</summary>
    Task CancelRunAsync(string run, CancellationToken cancellationToken);

    /// <summary>Names of known applications.</summary>
    Task<IReadOnlyList<string>> ApplicationsAsync(CancellationToken cancellationToken);

    /// <summary>Environments, gates, replicas, runs.</summary>
    Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken);

    /// <summary>Brings a release into an environment.</summary>
    Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken);

    /// <summary>Says yes; the last yes of a waiting, promoted release starts its deployment.</summary>
    Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken);

    /// <summary>Brings an earlier release back.</summary>
    Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken);

    /// <summary>All verdicts of the gates, of one environment or of all.</summary>
    Task<IReadOnlyList<GatesAnswer>> GatesAsync(string application, string? environment, string? release, CancellationToken cancellationToken);

    /// <summary>The agreement of a release, and who signed it.</summary>
    Task<AgreementAnswer> AgreementAsync(string application, string? release, CancellationToken cancellationToken);

    /// <summary>Signs the agreement of a release for a side.</summary>
    Task<AgreementAnswer> SignAgreementAsync(string application, SignRequest request, CancellationToken cancellationToken);

    /// <summary>Rejects a release for good.</summary>
    Task<AskedAnswer> RejectAsync(string application, RejectRequest request, CancellationToken cancellationToken);

    /// <summary>Makes an environment's deployment stand still.</summary>
    Task<AskedAnswer> PauseAsync(string application, PauseRequest request, CancellationToken cancellationToken);

    /// <summary>Lets an environment go on.</summary>
    Task<AskedAnswer> ResumeAsync(string application, ResumeRequest request, CancellationToken cancellationToken);

    /// <summary>Takes back what is on its way into an environment.</summary>
    Task<AskedAnswer> AbortAsync(string application, AbortRequest request, CancellationToken cancellationToken);

    /// <summary>Lets weighted rollouts take their next step now.</summary>
    Task<AskedAnswer> ProceedAsync(string application, ProceedRequest request, CancellationToken cancellationToken);

    /// <summary>Makes an environment, an application or everything stand still.</summary>
    Task<AskedAnswer> HaltAsync(HaltRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a halt of exactly that extent back.</summary>
    Task<AskedAnswer> UnhaltAsync(HaltRequest request, CancellationToken cancellationToken);

    /// <summary>Removes all of an application: containers, networks, volumes with their data, images, records.</summary>
    Task RemoveApplicationAsync(string application, CancellationToken cancellationToken);

    /// <summary>Facts after a sequence, in order; with <paramref name="follow"/> it goes on as they happen. A negative sequence means from now on.</summary>
    IAsyncEnumerable<Fact> JournalAsync(string? application, long after, bool follow, CancellationToken cancellationToken);

    /// <summary>Looks through the whole journal for facts that are not what was written.</summary>
    /// <param name="anchor">A seal of before, as <c>NUMBER:SEAL</c>, or null.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<AuditAnswer> AuditAsync(string? anchor, CancellationToken cancellationToken);

    /// <summary>The newest announcements, of one application or everything, of one channel or all, in one state or any.</summary>
    Task<AnnouncementsAnswer> AnnouncementsAsync(string? application, string? channel, AnnouncementState? state, CancellationToken cancellationToken);

    /// <summary>Lets dead announcements wait for their turn again.</summary>
    Task<ReplayAnswer> ReplayAnnouncementsAsync(ReplayRequest request, CancellationToken cancellationToken);

    /// <summary>Sends one test to a channel.</summary>
    Task<ChannelTestAnswer> TestChannelAsync(string channel, ChannelTestRequest request, CancellationToken cancellationToken);

    /// <summary>Log lines, oldest first: the last <paramref name="tail"/> ones, then with <paramref name="follow"/> new ones as they come.</summary>
    IAsyncEnumerable<LogAnswer> LogsAsync(string application, string environment, string? service, int tail, bool follow, CancellationToken cancellationToken);
}
