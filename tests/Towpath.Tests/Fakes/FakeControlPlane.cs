using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Tests.Fakes;

/// <summary>A control plane that answers what a test says, and remembers what it was asked.</summary>
internal partial class FakeControlPlane : IServedControlPlane
{
    private readonly List<Fact> _facts = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<object> Asked { get; } = new();

    public Towpath.Server.Git.IHooks Hooks => new FakeHooks();

    public Towpath.Server.Git.IGitHost Git => new FakeGitHost(Asked);

    public IReadOnlyList<string> Applications { get; set; } = ["shop"];

    public Func<Task<AboutAnswer>> OnAbout { get; set; } = () => Task.FromResult(new AboutAnswer("0.1.0", "podman", "4.3.1", 4711, "/state"));

    public Func<ShipRequest, ShipAnswer> OnShip { get; set; } = _ => new ShipAnswer("p-1", "shop", false, 0);

    public Func<string, StatusAnswer> OnStatus { get; set; } = application => new StatusAnswer(application, [], []);

    public Func<PromoteRequest, DeploymentAnswer> OnPromote { get; set; } = request => new DeploymentAnswer("d-1", request.Release ?? "r-1", request.Environment, 0, "deploying");

    public Func<ConfirmRequest, DeploymentAnswer> OnConfirm { get; set; } = request => new DeploymentAnswer(null, request.Release ?? "r-1", request.Environment, 0, "one more yes is needed");

    public Func<RollbackRequest, DeploymentAnswer> OnRollback { get; set; } = request => new DeploymentAnswer("d-1", request.Release ?? "r-0", request.Environment, 0, "rolling back");

    public Func<object, AskedAnswer> OnAsked { get; set; } = _ => new AskedAnswer(null, 0, "as you wish");

    public Func<IReadOnlyList<GatesAnswer>> OnGates { get; set; } = () => [];

    public Func<AgreementAnswer> OnAgreement { get; set; } = () => new AgreementAnswer(
        "shop", "r-1", new string('c', 40), "AGREEMENT.md", new string('5', 64), [new SideAnswer("dev", "ben", Facts.Start), new SideAnswer("ops", null, null)], ["ops"]);

    public Func<IEnumerable<LogAnswer>> OnLogs { get; set; } = () => [];

    public Func<IReadOnlyList<ReleaseAnswer>> OnReleases { get; set; } = () => [];

    /// <summary>Thrown by the journal after its facts, instead of waiting or ending.</summary>
    public Exception? JournalBreaks { get; set; }

    public void Add(params Fact[] facts)
    {
        lock (_facts)
        {
            foreach (var fact in facts)
            {
                _facts.Add(fact with { Sequence = _facts.Count + 1 });
            }

            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public long LastSequence
    {
        get
        {
            lock (_facts)
            {
                return _facts.Count;
            }
        }
    }

    public Func<string?, AuditAnswer> OnAudit { get; set; } = _ => new AuditAnswer(2, $"2:{new string('a', 64)}", null);

    public Task<AuditAnswer> AuditAsync(string? anchor, CancellationToken cancellationToken) => Task.FromResult(OnAudit(anchor));

    public Task<AboutAnswer> AboutAsync(CancellationToken cancellationToken) => OnAbout();

    public virtual Task<ShipAnswer> ShipAsync(ShipRequest request, CancellationToken cancellationToken) => Answer(request, OnShip);

    public Task<ShipAnswer> ShipAsync(ShipRequest request, Action<ShipCandidate> admit, CancellationToken cancellationToken)
    {
        admit(Shipped);
        return ShipAsync(request, cancellationToken);
    }

    public Task CancelRunAsync(string run, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"cancel {run}");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ApplicationsAsync(CancellationToken cancellationToken) => Task.FromResult(Applications);

    public virtual Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken) => Task.FromResult(OnStatus(application));

    public virtual Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken) => Answer(request, OnPromote);

    public virtual Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken) => Answer(request, OnConfirm);

    public Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken) => Answer(request, OnRollback);

    public Task<IReadOnlyList<GatesAnswer>> GatesAsync(string application, string? environment, string? release, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"gates {environment} {release}");
        return Task.FromResult(OnGates());
    }

    public Task<AgreementAnswer> AgreementAsync(string application, string? release, CancellationToken cancellationToken) => Answer($"agreement {application} {release}", _ => OnAgreement());

    public Task<AgreementAnswer> SignAgreementAsync(string application, SignRequest request, CancellationToken cancellationToken) => Answer(request, _ => OnAgreement());

    public Task<AskedAnswer> RejectAsync(string application, RejectRequest request, CancellationToken cancellationToken) => Answer(request, OnAsked);

    public Task<AskedAnswer> PauseAsync(string application, PauseRequest request, CancellationToken cancellationToken) => Answer(request, OnAsked);

    public Task<AskedAnswer> ResumeAsync(string application, ResumeRequest request, CancellationToken cancellationToken) => Answer(request, OnAsked);

    public Task<AskedAnswer> AbortAsync(string application, AbortRequest request, CancellationToken cancellationToken) => Answer(request, OnAsked);

    public Task<AskedAnswer> ProceedAsync(string application, ProceedRequest request, CancellationToken cancellationToken) => Answer(request, OnAsked);

    public Task<AskedAnswer> HaltAsync(HaltRequest request, CancellationToken cancellationToken) => Answer(request, _ => OnAsked("halt"));

    public Task<AskedAnswer> UnhaltAsync(HaltRequest request, CancellationToken cancellationToken) => Answer(request, _ => OnAsked("unhalt"));

    public Task RemoveApplicationAsync(string application, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"remove {application}");
        Applications = [.. Applications.Where(name => name != application)];
        return Task.CompletedTask;
    }

    public Func<IReadOnlyList<AnnouncementAnswer>> OnAnnouncements { get; set; } = () => [];

    public IReadOnlyList<ForgottenAnswer> Forgotten { get; set; } = [];

    public Func<ReplayRequest, ReplayAnswer> OnReplay { get; set; } = request => new ReplayAnswer([request.Announcement ?? "a-1"]);

    public Func<string, ChannelTestAnswer> OnTestChannel { get; set; } = channel => new ChannelTestAnswer(channel, true, "HTTP 204");

    public Task<AnnouncementsAnswer> AnnouncementsAsync(string? application, string? channel, AnnouncementState? state, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"announcements {application} {channel} {state}");
        return Task.FromResult(new AnnouncementsAnswer(OnAnnouncements(), Forgotten));
    }

    public Task<ReplayAnswer> ReplayAnnouncementsAsync(ReplayRequest request, CancellationToken cancellationToken) => Answer(request, OnReplay);

    public Task<ChannelTestAnswer> TestChannelAsync(string channel, ChannelTestRequest request, CancellationToken cancellationToken) => Answer(request, _ => OnTestChannel(channel));

    public async IAsyncEnumerable<Fact> JournalAsync(string? application, long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after < 0) after = LastSequence;
        while (true)
        {
            Fact[] next;
            Task more;
            lock (_facts)
            {
                next = [.. _facts.Where(fact => fact.Sequence > after)];
                more = _more.Task;
            }

            foreach (var fact in next)
            {
                after = fact.Sequence;
                yield return fact;
            }

            if (JournalBreaks is { } broken)
            {
                JournalBreaks = null;
                throw broken;
            }

            if (!follow)
            {
                yield break;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    public async IAsyncEnumerable<LogAnswer> LogsAsync(string application, string environment, string? service, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked.Enqueue($"logs {application} {environment} {service} {tail} {follow}");
        foreach (var line in OnLogs())
        {
            await Task.Yield();
            yield return line;
        }
    }

    private Task<TAnswer> Answer<TRequest, TAnswer>(TRequest request, Func<TRequest, TAnswer> answer)
        where TRequest : notnull
    {
        Asked.Enqueue(request);
        return Task.Run(() => answer(request));
    }
}
