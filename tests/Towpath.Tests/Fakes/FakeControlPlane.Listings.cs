using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Tests.Fakes;

// Lists: one of each.
internal partial class FakeControlPlane
{
    public ListedDeploymentAnswer Deployment { get; set; } = new("d-1", "production", "r-1", null, "ben", "Succeeded", true, Facts.Start, Facts.Start);

    public ListedRunAnswer Run { get; set; } = new("p-1", new string('c', 40), "First", "ben", RunState.Succeeded, "r-1", Facts.Start, Facts.Start);

    public Task<Page<ReleaseAnswer>> ReleasesAsync(string application, PageRequest page, CancellationToken cancellationToken) =>
        Answer($"releases {application}", _ => page.Of(OnReleases(), r => r.Id));

    public Task<ReleaseAnswer> ReleaseAsync(string application, string release, CancellationToken cancellationToken) =>
        Answer($"release {application} {release}", _ => OnReleases()[0]);

    public Task<Page<ListedDeploymentAnswer>> DeploymentsAsync(string application, string environment, PageRequest page, CancellationToken cancellationToken) =>
        Answer($"deployments {application} {environment}", _ => page.Of([Deployment], d => d.Id));

    public Task<DeploymentDetailAnswer> DeploymentAsync(string application, string deployment, CancellationToken cancellationToken) =>
        Answer($"deployment {application} {deployment}", _ => new DeploymentDetailAnswer(Deployment, []));

    public Task<Page<ListedRunAnswer>> RunsAsync(string application, PageRequest page, CancellationToken cancellationToken) =>
        Answer($"runs {application}", _ => page.Of([Run], r => r.Id));

    public Task<RunDetailAnswer> RunAsync(string application, string run, CancellationToken cancellationToken) =>
        Answer($"run {application} {run}", _ => new RunDetailAnswer(Run, [new EvidenceAnswer("check", "succeeded", TimeSpan.FromSeconds(1.5), null, null)]));

    public Task<StepLogAnswer> StepLogAsync(string application, string run, string step, int tail, CancellationToken cancellationToken) =>
        Answer($"log {application} {run} {step} {tail}", _ => new StepLogAnswer(step, [Run.Subject], true));
}
