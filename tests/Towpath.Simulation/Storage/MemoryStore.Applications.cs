using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Applications, and the small values of their environments.
internal sealed partial class MemoryStore
{
    private readonly SortedDictionary<string, ApplicationRecord> _applications = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, PortHolding> _ports = [];
    private readonly Dictionary<(string Application, string Environment, string Key), string> _values = [];

    /// <inheritdoc/>
    public void SaveApplication(string application, string repository, string folder, Ladder ladder) =>
        Write(() => { _applications[application] = new ApplicationRecord(application, repository, folder, ladder); });

    /// <inheritdoc/>
    public ApplicationRecord? Application(string application) => Read(() => _applications.GetValueOrDefault(application));

    /// <inheritdoc/>
    public IReadOnlyList<ApplicationRecord> Applications() => Read(() => _applications.Values.ToList());

    /// <inheritdoc/>
    public void RemoveApplication(string application) => Write(() =>
    {
        var runs = _runs.Where(r => r?.Application == application).Select(r => r!.Id).ToHashSet(StringComparer.Ordinal);
        _evidence.RemoveAll(e => runs.Contains(e.Run));
        Forget(_runs, r => r.Application == application);
        var deployments = _deployments.Where(d => d?.Application == application).Select(d => d!.Id).ToHashSet(StringComparer.Ordinal);
        _commands.RemoveAll(c => deployments.Contains(c.Deployment));
        Forget(_deployments, d => d.Application == application);
        _open.RemoveAll(n => _deployments[n - 1] is null);
        _halts.RemoveAll(h => h.Application == application);
        _rejections.RemoveAll(r => r.Application == application);
        _requests.RemoveAll(r => r.Application == application);
        _signatures.RemoveAll(s => s.Application == application);
        _emergencies.RemoveAll(e => e.Application == application);
        _deliveries.RemoveAll(d => d.Application == application);
        _finalDeliveries.RemoveAll(d => d.Application == application);
        _escalations.RemoveAll(e => e.Application == application);
        _reviewStandings.Remove(application);
        _reviews.RemoveAll(r => r.Application == application);
        _releases.RemoveAll(r => r.Release.Application.Name == application);
        _confirmations.RemoveAll(c => c.Application == application);
        Forget(_provenance, k => k.Application == application);
        _ciEvidence.RemoveAll(e => e.Application == application);
        _evidenceKeys.RemoveAll(k => k.Application == application);
        Forget(_upkeep, k => k.Application == application);
        Forget(_leases, k => k.Application == application);
        Forget(_current, k => k.Application == application);
        foreach (var holding in _ports.Values.Where(h => h.Application == application).ToList()) _ports.Remove(holding.Port);
        Forget(_values, k => k.Application == application);
        _applications.Remove(application);
    });

    /// <inheritdoc/>
    public IReadOnlyList<PortHolding> Ports() => Read(() => _ports.Values.ToList());

    /// <inheritdoc/>
    public PortChange ChangePorts(Func<IReadOnlyList<PortHolding>, PortChange> decide, Func<PortChange, ImmutableArray<Fact>>? facts = null) => Write(() =>
    {
        var change = decide([.. _ports.Values]);
        if (!change.Problems.IsEmpty) return change;
        foreach (var port in change.Freed) _ports.Remove(port);
        foreach (var holding in change.Taken) _ports[holding.Port] = holding;
        if (facts is not null) Add(facts(change));
        return change;
    });

    /// <inheritdoc/>
    public string? Value(string application, string environment, string key) => Read(() => _values.GetValueOrDefault((application, environment, key)));

    /// <inheritdoc/>
    public void SetValue(string application, string environment, string key, string value) =>
        Write(() => { _values[(application, environment, key)] = value; });

    /// <inheritdoc/>
    public void ChangeValues(string application, ImmutableArray<ValueChange> changes, params ImmutableArray<Fact> facts) => Write(() =>
    {
        Change(application, changes);
        Add(facts);
    });

    /// <inheritdoc/>
    public void RemoveValues(string application, string environment, string prefix) => Write(() => Forget(
        _values, k => k.Application == application && k.Environment == environment && k.Key.StartsWith(prefix, StringComparison.Ordinal)));

    private void Change(string application, ImmutableArray<ValueChange> changes)
    {
        foreach (var change in changes)
            if (_values.GetValueOrDefault((application, change.Environment, change.Key)) != change.Before) throw new StaleValueException(application, change);
        foreach (var change in changes) _values[(application, change.Environment, change.Key)] = change.After;
    }

    private static void Forget<TKey, TValue>(IDictionary<TKey, TValue> all, Func<TKey, bool> which)
    {
        foreach (var key in all.Keys.Where(which).ToList()) all.Remove(key);
    }

    /// <summary>The place stays: numbers are never given twice.</summary>
    private static void Forget<T>(List<T?> all, Func<T, bool> which)
        where T : class
    {
        for (var i = 0; i < all.Count; i++)
            if (all[i] is { } one && which(one))
                all[i] = null;
    }
}
