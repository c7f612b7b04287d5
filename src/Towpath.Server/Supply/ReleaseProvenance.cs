using System.Collections.Immutable;
using System.Reflection;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Core.Supply.Provenance;
using Towpath.Engines.Containers;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Supply;

/// <summary>Says where releases come from, signed with the control plane's key, and verifies what it said.</summary>
/// <param name="store">Keeps it.</param>
/// <param name="signer">Signs and verifies; null where nothing is signed.</param>
/// <param name="engine">Knows the digests of base images.</param>
public sealed class ReleaseProvenance(IStore store, ImageSigner? signer, IContainerEngine engine)
{
    /// <summary>States it for a release that its run has just made.</summary>
    /// <exception cref="EngineException">The engine does not say what it built from.</exception>
    public async Task KeepAsync(RunRecord run, DateTimeOffset startedAt, Release release, PipelinePlan plan, CancellationToken cancellationToken)
    {
        if (signer is null) return;
        var account = new BuildAccount(
            run.Id, store.Application(run.Application)?.Folder ?? "", startedAt, release.CreatedAt, signer.KeyId, Version,
            [.. store.Evidence(run.Id).Where(e => e.Succeeded).Select(e => e.Step)], await InputsAsync(plan, cancellationToken));
        var envelope = Dsse.Seal(ProvenanceStatement.MediaType, ProvenanceStatement.Write(release, account), signer.KeyId, signer.Sign);
        store.SaveProvenance(release.Application.Name, release.Id, Dsse.Write(envelope));
    }

    /// <summary>The envelope of a release as it is stored; null for none.</summary>
    public string? Of(Release release) => store.Provenance(release.Application.Name, release.Id);

    /// <summary>Why a stored envelope does not prove where a release comes from; null where it does.</summary>
    public string? WhyNot(Release release, string text)
    {
        if (Dsse.Read(text) is not { } envelope) return "it is no envelope";
        if (signer is null || Dsse.Open(envelope, signer.Verify) is not { } payload) return "it is not signed with the key of this control plane, or was changed since";
        if (envelope.PayloadType != ProvenanceStatement.MediaType || ProvenanceStatement.Subjects(payload) is not { } subjects) return "what is signed is no statement of provenance";
        var wrong = release.Images.Where(i => subjects.GetValueOrDefault(i.Key) != i.Value.Digest).Select(i => i.Key).ToList();
        return wrong.Count == 0 ? null : $"it speaks of other images of {string.Join(", ", wrong)}";
    }

    /// <summary>The public key in PEM; null where nothing is signed.</summary>
    public string? PublicKey => signer?.PublicKey;

    private static string Version => (typeof(ReleaseProvenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    private async Task<ImmutableArray<BuildInput>> InputsAsync(PipelinePlan plan, CancellationToken cancellationToken)
    {
        var names = plan.Steps.OfType<BuildStep>().SelectMany(s => s.Bases).Concat(plan.Steps.OfType<ImageStep>().Select(s => s.Image));
        var inputs = ImmutableArray.CreateBuilder<BuildInput>();
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            inputs.Add(new BuildInput(name, (await engine.InspectImageAsync(name, cancellationToken))?.Id));
        return inputs.ToImmutable();
    }
}
