using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// What people say about releases, and what stands still by their will.
internal sealed partial class MemoryStore
{
    private readonly List<ConfirmationRecord> _confirmations = [];
    private readonly List<HaltRecord> _halts = [];
    private readonly List<RejectionRecord> _rejections = [];
    private readonly List<SignatureRecord> _signatures = [];

    /// <inheritdoc/>
    public void SaveConfirmation(ConfirmationRecord confirmation, Fact fact) => Write(() =>
    {
        var index = _confirmations.FindIndex(c => c with { At = default, Covers = "" } == confirmation with { At = default, Covers = "" });
        if (index >= 0 && _confirmations[index] == confirmation) return;
        if (index >= 0) _confirmations[index] = confirmation;
        else _confirmations.Add(confirmation);
        Add([fact]);
    });

    /// <inheritdoc/>
    public IReadOnlyList<ConfirmationRecord> Confirmations(string application, string environment, string release) => Read(() => _confirmations
        .Where(c => c.Application == application && c.Environment == environment && c.Release == release)
        .OrderBy(c => c.At).ThenBy(c => c.Role, StringComparer.Ordinal).ThenBy(c => c.Actor, StringComparer.Ordinal).ToList());

    /// <inheritdoc/>
    public void SetHalt(HaltRecord halt, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_halts.Exists(h => h.Application == halt.Application && h.Environment == halt.Environment)) return;
        _halts.Add(halt);
        Add(facts);
    });

    /// <inheritdoc/>
    public void RemoveHalt(string? application, string? environment, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_halts.RemoveAll(h => h.Application == application && h.Environment == environment) > 0) Add(facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<HaltRecord> Halts() => Read(() => _halts
        .OrderBy(h => h.At).ThenBy(h => h.Application, StringComparer.Ordinal).ThenBy(h => h.Environment, StringComparer.Ordinal).ToList());

    /// <inheritdoc/>
    public void RejectRelease(RejectionRecord rejection, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (Rejected(rejection.Application, rejection.Release) is not null) return;
        _rejections.Add(rejection);
        Add(facts);
    });

    /// <inheritdoc/>
    public RejectionRecord? Rejection(string application, string release) => Read(() => Rejected(application, release));

    /// <inheritdoc/>
    public void SaveSignature(SignatureRecord signature, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_signatures.Exists(s => s.Application == signature.Application && s.Text == signature.Text && (s.Side == signature.Side || s.Actor == signature.Actor))) return;
        _signatures.Add(signature);
        Add(facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<SignatureRecord> Signatures(string application, string text) => Read(() => _signatures
        .Where(s => s.Application == application && s.Text == text).OrderBy(s => s.At).ThenBy(s => s.Side, StringComparer.Ordinal).ToList());

    private RejectionRecord? Rejected(string application, string release) =>
        _rejections.Find(r => r.Application == application && r.Release == release);
}
