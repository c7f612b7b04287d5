using System.Reflection;
using System.Runtime.CompilerServices;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Sources;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Engines.Git;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Git;
using Towpath.Server.Identity;
using Towpath.Server.Identity.OpenId;
using Towpath.Server.Integrations;
using Towpath.Server.Pipelines;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
using Towpath.Server.Trackers;

namespace Towpath.Server;

/// <summary>
/// What people and programs can ask for. It writes wishes into the store and reads from it; the loops do the work, so that an answer is
/// quick and a wish survives whatever happens next.
/// </summary>
public sealed partial class ControlPlane : IServedControlPlane, IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly string _stateFolder;
    private readonly Uri? _url;
    private readonly IStore _store;
    private readonly ISealedJournal _sealed;
    private readonly Leases _leases;
    private readonly IContainerEngine _engine;
    private readonly PipelineQueue _pipelines;
    private readonly EnvironmentRegistry _environments;
    private readonly SecretDesk _secrets;
    private readonly PortDesk _ports;
    private readonly DeliveryDesk _desk;
    private readonly AgreementDesk _agreements;
    private readonly ConfirmationLinks _links;
    private readonly EvidenceDesk _evidence;
    private readonly Authenticator _authenticator;
    private readonly AccountDesk _accounts;
    private readonly TokenDesk _tokens;
    private readonly LoginDesk _logins;
    private readonly CodeDesk _codes;
    private readonly FirstLinkDesk _firstLinks;
    private readonly ProviderDesk? _provider;
    private readonly EnvironmentStatus _status;
    private readonly Lookup _lookup;
    private readonly ReconcileLoop _loop;
    private readonly Retention _retention;
    private readonly AnnouncementDesk _announcements;
    private readonly AnnouncementLoop _announcing;
    private readonly IReadOnlyList<Func<CancellationToken, Task>> _watches;
    private readonly GitHost _git;
    private readonly SourceLoop _sources;
    private readonly TrackerLoop _trackers;
    private readonly HookDesk _hooks;
    private readonly SupplyDesk _supply;
    private readonly DifferenceDesk _differences;
    private readonly EscalationDesk _escalations;
    private readonly DeskLoop _climbing;
    private readonly ReviewDesk _reviews;
    private readonly DeskLoop _reviewing;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly IReadOnlyList<IDisposable> _owned;

    internal ControlPlane(ControlPlaneParts parts)
    {
        _stateFolder = parts.StateFolder;
        _store = parts.Store;
        _sealed = parts.Sealed;
        _leases = parts.Leases;
        _engine = parts.Engine;
        _pipelines = parts.Pipelines;
        _environments = parts.Environments;
        _secrets = new SecretDesk(parts.Store, parts.Environments, parts.Secrets, parts.Time);
        _ports = parts.Ports;
        _desk = parts.Desk;
        _agreements = new AgreementDesk(parts.Store, parts.Time);
        _links = parts.Links;
        _evidence = new EvidenceDesk(parts.Store, parts.Time);
        _status = new EnvironmentStatus(parts.Store, parts.Gates, parts.Plans, parts.Environments, parts.Time);
        _authenticator = new Authenticator(parts.Store, parts.Time);
        _accounts = new AccountDesk(parts.Store, parts.Time);
        _tokens = new TokenDesk(parts.Store, _accounts, parts.Time);
        _logins = new LoginDesk(parts.Store, _tokens, parts.Time);
        _codes = new CodeDesk(parts.Store, _tokens, parts.Time);
        _url = parts.Configuration.Url;
        _firstLinks = new FirstLinkDesk(parts.Store, _accounts, parts.Configuration.Url, parts.Time);
        if (parts.Configuration is { Provider: { } provider, Url: { } url }) _provider = new ProviderDesk(provider, url, new ProvidedAccounts(parts.Store, _accounts), _tokens, parts.Time);
        _lookup = new Lookup(parts.Store);
        _loop = parts.Loop;
        _retention = parts.Retention;
        _announcements = parts.Announcements;
        _announcing = parts.Announcing;
        _watches = parts.Watches;
        _git = parts.Git;
        _sources = parts.Sources(ShipAsync);
        _trackers = parts.Trackers;
        _hooks = new HookDesk(Called(parts.Configuration), parts.Time);
        _supply = parts.Supply;
        _differences = new DifferenceDesk(parts.Store, parts.Plans, parts.Environments);
        _escalations = parts.Escalations;
        _climbing = parts.Climbing;
        _reviews = parts.Reviews;
        _reviewing = parts.Reviewing;
        _time = parts.Time;
        _owned = parts.Owned;
    }

    /// <summary>Begins to work: pipelines and deployments that a process before this one left go on.</summary>
    public void Start()
    {
        _ports.TakeOver();
        // Before anything happens: all of it is announced.
        _announcing.Begin();
        _loops.Add(Task.Run(() => _pipelines.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _loop.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _retention.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _environments.WatchRunningAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _announcing.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _sources.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _trackers.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _climbing.RunAsync(_stop.Token)));
        _loops.Add(Task.Run(() => _reviewing.RunAsync(_stop.Token)));
        foreach (var watch in _watches) _loops.Add(Task.Run(() => watch(_stop.Token)));
    }

    /// <inheritdoc/>
    public async Task<AboutAnswer> AboutAsync(CancellationToken cancellationToken)
    {
        var version = typeof(ControlPlane).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return new AboutAnswer(version.Split('+')[0], _engine.Kind, await _engine.VersionAsync(cancellationToken), Environment.ProcessId, _stateFolder) { Url = _url?.AbsoluteUri };
    }

    /// <inheritdoc/>
    public Task<ShipAnswer> ShipAsync(ShipRequest request, CancellationToken cancellationToken) => ShipAsync(request, _ => { }, cancellationToken);

    /// <inheritdoc/>
    public async Task<ShipAnswer> ShipAsync(ShipRequest request, Action<ShipCandidate> admit, CancellationToken cancellationToken)
    {
        var repository = await GitRepository.OpenAsync(request.Repository, cancellationToken);
        var commit = await repository.ResolveAsync(request.Commit, cancellationToken);
        var application = await ReadAsync(repository, commit, request.Folder, cancellationToken);
        if (request.Application is { } expected && expected != application.Name)
            throw new DiagnosticException(ExitCode.InvalidInput, SourceDiagnostics.OtherApplication(expected, application.Name));
        admit(new ShipCandidate(application.Name, ChangedGuards.Of(_store.Application(application.Name)?.Ladder, application.Ladder)));
        _ports.Declare(application, request.Actor);
        _store.SaveApplication(application.Name, repository.Folder, request.Folder, application.Ladder);
        var first = _store.LastSequence();
        var (run, attached) = _pipelines.Submit(application.Name, commit, await repository.SubjectAsync(commit, cancellationToken), request.Actor);
        if (attached) first = _lookup.BeforeFirst(run.Application, f => f.Run == run.Id);
        return new ShipAnswer(run.Id, application.Name, attached, first);
    }

    /// <inheritdoc/>
    public Task CancelRunAsync(string run, CancellationToken cancellationToken)
    {
        _pipelines.Cancel(run);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ApplicationsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_store.ApplicationNames());

    /// <inheritdoc/>
    public async Task RemoveApplicationAsync(string application, CancellationToken cancellationToken)
    {
        var known = _lookup.Application(application);
        foreach (var run in _store.UnfinishedRuns(application)) _pipelines.Cancel(run.Id);
        using var pause = await _loop.PauseAsync(application);
        var held = new List<HeldLease>();
        foreach (var environment in known.Ladder.Environments) held.Add(await TakeAsync(application, environment.Name, cancellationToken));
        foreach (var environment in known.Ladder.Environments)
        {
            foreach (var lease in held) lease.Keep();
            await _environments.RemoveAsync(application, environment, cancellationToken);
        }
        await TrialEnvironment.RemoveLeftoversAsync(_engine, application, cancellationToken);
        await _retention.RemoveImagesAsync(application, cancellationToken);
        await _environments.ForgetAsync(application);
        // Told first: a journal that says too little would make whoever replays it believe in environments that are gone.
        _store.Append(new Fact
        {
            At = _time.GetUtcNow(),
            Kind = FactKind.ApplicationRemoved,
            Application = application,
            Text = $"{application} and all of its environments are removed",
        });
        _store.RemoveApplication(application);
        _git.Remove(application);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Fact> JournalAsync(
        string? application, long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int page = 500;
        if (after < 0) after = _store.LastSequence();
        while (true)
        {
            // Whoever follows is woken by what others did as well, and each second: then there may be nothing to read.
            var last = _store.LastSequence();
            var facts = last > after ? _store.Facts(application, after, page) : [];
            foreach (var fact in facts) yield return fact;
            after = facts.Count > 0 ? facts[^1].Sequence : Math.Max(after, last);
            if (facts.Count == page) continue;
            if (!follow) yield break;
            await _store.WaitForFactsAsync(after, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _environments.DisposeAsync();
        foreach (var owned in _owned) owned.Dispose();
        _logins.Dispose();
        _sources.Dispose();
        _provider?.Dispose();
        _trackers.Dispose();
        _stop.Dispose();
    }

    /// <summary>The right to act on an environment; another's that has run out is waited for.</summary>
    private async Task<HeldLease> TakeAsync(string application, string environment, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        while (true)
        {
            if (_leases.TryTake(application, environment) is { } lease) return lease;
            if (_time.GetElapsedTime(begun) > Leases.Duration + LookAgain) throw new DiagnosticException(ExitCode.Busy, StorageDiagnostics.ActsElsewhere(application, environment));
            await Task.Delay(LookAgain, _time, cancellationToken);
        }
    }

    /// <summary>The commit's model: an application that can't be read is refused before anything is queued.</summary>
    private async Task<Application> ReadAsync(GitRepository repository, string commit, string folder, CancellationToken cancellationToken)
    {
        var source = Path.Combine(_stateFolder, "reading", Guid.NewGuid().ToString("n"));
        try
        {
            await repository.ExportAsync(commit, folder, source, cancellationToken);
            var reading = ApplicationReader.Read(new CommitFiles(source, Path.Combine(repository.Folder, folder)), []);
            return reading.Application
                ?? throw new DiagnosticException(ExitCode.InvalidInput, [.. reading.Diagnostics.OrderByDescending(d => d.Severity)]);
        }
        finally
        {
            if (Directory.Exists(source)) Directory.Delete(source, recursive: true);
        }
    }
}
