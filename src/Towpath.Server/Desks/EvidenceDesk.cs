using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>
/// Where evidence of pipelines that ran elsewhere is handed in. It counts because somebody vouches for it: a service account that may ship the application, or a key that an operator
/// registered. What can't be done is a <see cref="DiagnosticException"/>; whether somebody may is judged before.
/// </summary>
internal sealed class EvidenceDesk(IStore store, TimeProvider time)
{
    private const int MostKept = 500;
    private const int MostListed = 100;
    private const int MostKeys = 20;

    // Clocks of two machines differ a little.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private readonly Lookup _lookup = new(store);

    /// <summary>Takes evidence.</summary>
    public CiEvidenceAnswer Submit(string application, EvidenceRequest request)
    {
        _lookup.Application(application);
        var evidence = Read(application, request);
        var keys = store.EvidenceKeys(application);
        var key = Voucher(application, request, keys);
        var now = time.GetUtcNow();
        if (evidence.StartedAt > now + Ahead) throw Refused(CiDiagnostics.FromTheFuture(evidence.StartedAt));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Content)));
        var verdict = evidence.IsGreen ? "green" : "red";
        var signed = key is null ? "" : $", signed by {key.Name}";
        store.SaveCiEvidence(
            new CiEvidenceRecord(application, evidence.Commit, hash, request.Content, request.Actor, key?.Fingerprint, now),
            MostKept,
            Told(application, FactKind.EvidenceAccepted, request.Actor, $"commit {evidence.Commit[..12]} was {verdict} in {evidence.Place?.System.ToString() ?? "a run elsewhere"}{signed}") with
            {
                Release = store.ReleaseOfCommit(application, evidence.Commit)?.Id,
                Covers = hash,
            });
        return Answer(store.CiEvidence(application, evidence.Commit, MostKept).First(e => e.Hash == hash && e.Key == key?.Fingerprint), keys);
    }

    /// <summary>Evidence, newest first.</summary>
    public IReadOnlyList<CiEvidenceAnswer> List(string application, string? commit)
    {
        _lookup.Application(application);
        var keys = store.EvidenceKeys(application);
        return [.. store.CiEvidence(application, null, MostKept).Where(e => commit is null || e.Commit.StartsWith(commit, StringComparison.Ordinal)).Take(MostListed).Select(e => Answer(e, keys))];
    }

    /// <summary>Registers a key.</summary>
    public EvidenceKeyAnswer AddKey(string application, EvidenceKeyRequest request)
    {
        _lookup.Application(application);
        if (CiKeyName.Fault(request.Name) is { } fault) throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.KeyTaken(request.Name, fault));
        var (pem, fingerprint) = EvidenceKeys.Read(request.Pem) ?? throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.BadKey());
        var known = store.EvidenceKeys(application);
        if (known.Count >= MostKeys) throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.KeyTaken(request.Name, $"{MostKeys} keys is the limit"));
        if (known.FirstOrDefault(k => k.Fingerprint == fingerprint) is { } same) throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.KeyTaken(request.Name, $"it is registered as `{same.Name}`"));
        var key = new EvidenceKeyRecord(application, request.Name, fingerprint, pem, request.Actor, time.GetUtcNow());
        return store.AddEvidenceKey(key, Told(application, FactKind.EvidenceKeyAdded, request.Actor, $"{request.Actor} registers the key {key.Name} ({fingerprint[..16]}) for evidence"))
            ? Answer(key)
            : throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.KeyTaken(request.Name, "there is one of that name"));
    }

    /// <summary>Takes a key away.</summary>
    public void RemoveKey(string application, EvidenceKeyRemovalRequest request)
    {
        _lookup.Application(application);
        if (!store.RemoveEvidenceKey(application, request.Name, Told(application, FactKind.EvidenceKeyRemoved, request.Actor, $"{request.Actor} takes the key {request.Name} for evidence away")))
            throw new DiagnosticException(ExitCode.NotFound, ApiDiagnostics.NotThere($"key {request.Name}", application));
    }

    /// <summary>All keys by name.</summary>
    public IReadOnlyList<EvidenceKeyAnswer> Keys(string application)
    {
        _lookup.Application(application);
        return [.. store.EvidenceKeys(application).Select(Answer)];
    }

    /// <summary>Evidence of exactly a commit, newest first.</summary>
    public IReadOnlyList<CiEvidenceAnswer> Of(string application, string commit)
    {
        var keys = store.EvidenceKeys(application);
        return [.. store.CiEvidence(application, commit, MostListed).Select(e => Answer(e, keys))];
    }

    /// <summary>What of it gates are judged by: all that is kept, since a later red run may have been handed in before many older ones.</summary>
    public static ImmutableArray<CiRunEvidence> ForGates(IStore store, string application, string commit)
    {
        var keys = store.EvidenceKeys(application).ToDictionary(k => k.Fingerprint, k => k.Name);
        return
        [
            .. from record in store.CiEvidence(application, commit, MostKept)
               where Counts(record, keys.Keys)
               let evidence = Parsed(record)
               select new CiRunEvidence(
                   evidence.Place?.System, evidence.Place?.Url, evidence.Steps.FirstOrDefault(s => !s.Succeeded)?.Name, evidence.StartedAt,
                   record.Key is null ? record.Actor : $"the key {keys[record.Key]}"),
        ];
    }

    private static CiEvidence Read(string application, EvidenceRequest request)
    {
        if (CiEvidenceFile.Read(request.Content, out var evidence) is { } why) throw Refused(CiDiagnostics.Unreadable(why));
        if (evidence!.Application != application) throw Refused(CiDiagnostics.OtherApplication(application, evidence.Application));
        if (request.Commit is { } meant && meant != evidence.Commit) throw Refused(CiDiagnostics.OtherCommit(meant, evidence.Commit));
        return evidence;
    }

    /// <summary>The key that vouches for it; null where the account does. The owner of the machine has to name a service account too, or to sign.</summary>
    private EvidenceKeyRecord? Voucher(string application, EvidenceRequest request, IReadOnlyList<EvidenceKeyRecord> keys)
    {
        if (request.Signature is { } signature)
            return EvidenceKeys.SignerOf(keys, request.Content, signature) ?? throw new DiagnosticException(ExitCode.Forbidden, CiDiagnostics.WrongSignature(application));
        return store.Account(request.Actor) is { Kind: AccountKind.Service }
            ? null
            : throw new DiagnosticException(ExitCode.Forbidden, CiDiagnostics.NobodyVouches(request.Actor));
    }

    private static DiagnosticException Refused(Diagnostic diagnostic) => new(ExitCode.InvalidInput, diagnostic);

    private static bool Counts(CiEvidenceRecord record, IEnumerable<string> fingerprints) => record.Key is null || fingerprints.Contains(record.Key);

    private static CiEvidence Parsed(CiEvidenceRecord record) =>
        CiEvidenceFile.Read(record.Content, out var evidence) is null ? evidence! : throw new InvalidOperationException($"evidence {record.Hash} can't be read any more");

    private static CiEvidenceAnswer Answer(CiEvidenceRecord record, IReadOnlyList<EvidenceKeyRecord> keys)
    {
        var evidence = Parsed(record);
        return new CiEvidenceAnswer(
            evidence.Commit, evidence.IsGreen ? "green" : "red", evidence.Place?.System.Word(), evidence.Place?.Url, evidence.StartedAt, evidence.Duration,
            [.. evidence.Steps.Select(s => new EvidenceAnswer(s.Name, s.Succeeded ? "succeeded" : "failed", s.Duration, null, s.Detail))], evidence.Images,
            record.Actor, record.Key is null ? null : keys.FirstOrDefault(k => k.Fingerprint == record.Key)?.Name ?? record.Key[..16], Counts(record, keys.Select(k => k.Fingerprint)), record.At);
    }

    private static EvidenceKeyAnswer Answer(EvidenceKeyRecord key) => new(key.Name, key.Fingerprint, key.Actor, key.At);

    private Fact Told(string application, string kind, string actor, string text) => new() { At = time.GetUtcNow(), Kind = kind, Application = application, Actor = actor, Text = text };
}
