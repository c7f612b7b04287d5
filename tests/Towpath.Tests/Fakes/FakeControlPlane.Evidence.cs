using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Evidence of pipelines that ran elsewhere.
internal partial class FakeControlPlane
{
    public CiEvidenceAnswer Evidence { get; set; } = new(
        new string('a', 40), "green", "gitlab", "https://gitlab.example.org/team/shop/-/jobs/7", Facts.Start, TimeSpan.FromSeconds(12), [new EvidenceAnswer("check", "succeeded", TimeSpan.FromSeconds(1), null, null)],
        new Dictionary<string, string> { ["api"] = "sha256:1" }, "ci", null, true, Facts.Start);

    public EvidenceKeyAnswer EvidenceKey { get; set; } = new("gitlab", new string('f', 64), "ann", Facts.Start);

    public Task<CiEvidenceAnswer> SubmitEvidenceAsync(string application, EvidenceRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.FromResult(Evidence);
    }

    public Task<IReadOnlyList<CiEvidenceAnswer>> EvidenceAsync(string application, string? commit, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"evidence {application} {commit}");
        return Task.FromResult<IReadOnlyList<CiEvidenceAnswer>>([Evidence]);
    }

    public Task<EvidenceKeyAnswer> AddEvidenceKeyAsync(string application, EvidenceKeyRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.FromResult(EvidenceKey);
    }

    public Task RemoveEvidenceKeyAsync(string application, EvidenceKeyRemovalRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<EvidenceKeyAnswer>> EvidenceKeysAsync(string application, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"evidence keys {application}");
        return Task.FromResult<IReadOnlyList<EvidenceKeyAnswer>>([EvidenceKey]);
    }
}
