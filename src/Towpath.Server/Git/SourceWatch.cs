using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Sources;
using Towpath.Engines.Git;
using Towpath.Server.Api;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Git;

/// <summary>Ships a commit of a source, after it was admitted.</summary>
public delegate Task<ShipAnswer> ShipOfSource(ShipRequest request, Action<ShipCandidate> admit, CancellationToken cancellationToken);

/// <summary>One source: looks, and ships what is new. What was taken is remembered by a reference in its repository.</summary>
internal sealed class SourceWatch(SourceSpec source, string stateFolder, IStore store, Leases leases, ShipOfSource ship, TimeProvider time)
{
    /// <summary>Folder of what was fetched, below the state folder. It can be fetched again, and is in no backup.</summary>
    public const string FolderName = "sources";

    private readonly BareRepository _repository = new(Path.Combine(stateFolder, FolderName, source.Name + ".git"));
    private Diagnostic? _told;

    // Read by others than who looks.
    private volatile SourceState _state = SourceState.Unseen;

    /// <summary>How it stands.</summary>
    public SourceState State => _state;

    /// <summary>Failures in a row.</summary>
    public int Failures => _state.Failures;

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        // No application has an empty name, so no environment's lease can be meant. Another control plane looks at it: nothing to do.
        if (leases.TryTake("", $"source:{source.Name}") is not { } held)
        {
            _state = SourceState.Unseen with { IsElsewhere = true };
            return;
        }

        _state = _state with { LookedAt = time.GetUtcNow(), IsElsewhere = false };
        try
        {
            await held.WhileAsync(LookHeldAsync, cancellationToken);
            Worked();
        }
        catch (DiagnosticException e)
        {
            Failed(e.Diagnostics[0]);
        }
    }

    private async Task LookHeldAsync(CancellationToken cancellationToken)
    {
        if (!_repository.Exists) await _repository.CreateAsync(source.Branch, cancellationToken);
        var commit = await RemoteRepository.FetchAsync(source, _repository, cancellationToken);
        var taken = HostedRepository.Taken(HostedRepository.Heads + source.Branch);
        var isKnown = commit == await _repository.CommitAsync(taken, cancellationToken);
        // What is wrong with a commit is wrong until another one comes.
        if (!isKnown || _state.Failures > 0) _state = _state with { Failure = null, FailedAt = null };
        _state = _state with { Commit = commit };
        if (isKnown) return;
        try
        {
            await ship(new ShipRequest(_repository.Folder, ".", commit, source.Actor) { Application = source.Application }, Admit, cancellationToken);
        }
        catch (DiagnosticException e) when (e.ExitCode is ExitCode.InvalidInput or ExitCode.Forbidden)
        {
            // Nothing about this commit will change: it is told once, and the next one is waited for.
            _state = _state.With(e.Diagnostics[0], time.GetUtcNow());
            Tell(FactKind.SourceFailed, $"commit {commit[..12]} of the source {source.Name} was not shipped: {e.Diagnostics[0].Headline}", e.Diagnostics[0]);
        }

        await _repository.SetAsync(taken, commit, cancellationToken);
    }

    private void Admit(ShipCandidate candidate)
    {
        if (candidate.ChangedGuards.Count > 0)
            throw new DiagnosticException(ExitCode.Forbidden, SourceDiagnostics.GuardsChanged(source.Name, [.. candidate.ChangedGuards]));
    }

    private void Worked()
    {
        if (_told is not null) Tell(FactKind.SourceRecovered, $"the source {source.Name} can be read again", null);
        _told = null;
        _state = _state with { Failures = 0 };
    }

    private void Failed(Diagnostic failure)
    {
        _state = _state.With(failure, time.GetUtcNow()) with { Failures = _state.Failures + 1 };
        if (!SourcePace.IsNews(_told, failure)) return;
        _told = failure;
        Tell(FactKind.SourceFailed, $"the source {source.Name} can't be read or shipped: {failure.Headline}", failure);
    }

    private void Tell(string kind, string text, Diagnostic? diagnostic) =>
        store.Append(new Fact { At = time.GetUtcNow(), Kind = kind, Application = source.Application, Text = text, Actor = source.Actor, Diagnostic = diagnostic });
}
