using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Deploy requests.
internal partial class FakeControlPlane
{
    public Func<object, RequestAnswer> OnRequest { get; set; } = _ => new RequestAnswer(
        "production", "r-1", RequestState.Complete, "ben", Facts.Start, Facts.Start, new Dictionary<string, string> { ["what"] = "a basket" }, ["confirmation: waits for ops"], null);

    public Task<RequestAnswer> RequestAsync(string application, DeployRequest request, CancellationToken cancellationToken) => Answer(request, OnRequest);

    public Task<IReadOnlyList<RequestAnswer>> RequestsAsync(string application, string? environment, CancellationToken cancellationToken) =>
        Answer<string, IReadOnlyList<RequestAnswer>>($"requests {application} {environment}", asked => [OnRequest(asked)]);

    public Task<ApprovalAnswer> ApprovalAsync(string application, string environment, string? release, CancellationToken cancellationToken) =>
        Answer($"approval {application} {environment} {release}", asked => new ApprovalAnswer(
            environment, "r-1", "c", "a basket", Facts.Start, new Dictionary<string, string> { ["api"] = "sha256:1" }, true, [new TemplateFieldAnswer("what", "what changes for users", false)],
            OnRequest(asked), new ConfirmationAnswer("00ff", ["dev", "ops"], ["ops"], true, [new YesAnswer("dev", "ben", Facts.Start, null)]), [new GateAnswer("confirmation", false, "waits for ops")]));

    public Task<RequestAnswer> RefuseRequestAsync(string application, RefuseRequest request, CancellationToken cancellationToken) => Answer(request, OnRequest);
}
