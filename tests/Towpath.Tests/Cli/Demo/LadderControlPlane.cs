using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Demo;

/// <summary>A ladder in memory: development and staging take releases by themselves, acceptance and production want a yes per role.</summary>
internal sealed class LadderControlPlane : FakeControlPlane
{
    private static readonly string[] Names = ["development", "staging", "acceptance", "production"];
    private readonly Dictionary<string, string> _runs = [];
    private readonly HashSet<string> _broken = [];
    private readonly HashSet<(string Environment, string Release, string Role)> _yes = [];
    private readonly HashSet<(string Environment, string Release)> _asked = [];
    private int _deployments;

    public LadderControlPlane() => Applications = [];

    /// <summary>Commits whose release never becomes ready.</summary>
    public Func<string, bool> IsBroken { get; set; } = _ => false;

    /// <summary>Where a broken release fails.</summary>
    public string BreaksIn { get; set; } = Names[0];

    /// <summary>Releases that entered an environment because somebody promoted them.</summary>
    public List<string> Promoted { get; } = [];

    /// <summary>What runs where, by environment.</summary>
    public IReadOnlyDictionary<string, string> Runs => _runs;

    public override Task<ShipAnswer> ShipAsync(ShipRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        Applications = [.. Applications.Append("shop").Distinct()];
        var before = LastSequence;
        var release = $"r-{request.Commit[..6]}";
        Add(Facts.Of(FactKind.PipelineStarted, 0), Facts.Release(FactKind.ReleaseCreated, 1, release) with { Run = "p-1" }, Facts.Release(FactKind.PipelineSucceeded, 2, release) with { Run = "p-1" });
        if (IsBroken(request.Commit))
        {
            _broken.Add(release);
        }

        if (_broken.Contains(release) && BreaksIn == Names[0])
        {
            Add(Facts.Deployment(FactKind.DeploymentFailed, 3, release: release, id: $"d-{++_deployments}"));
        }
        else
        {
            Deploy("development", release);
            Deploy("staging", release);
            Add(Facts.Release(FactKind.ReleaseWaiting, 4, release));
        }

        return Task.FromResult(new ShipAnswer("p-1", "shop", false, before));
    }

    public override Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken) => Task.FromResult(new StatusAnswer(
        application,
        [.. Names.Select(name => new EnvironmentAnswer(name, _runs.ContainsKey(name) ? $"http://127.0.0.1:1/{name}" : null, _runs.GetValueOrDefault(name), null, null, null, null, null, [], []))],
        []));

    public override Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken)
    {
        _asked.Add((request.Environment, request.Release!));
        return Task.FromResult(Enter(request.Environment, request.Release!) ?? throw Closed());
    }

    public override Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken)
    {
        if (!RolesOf(request.Environment).Contains(request.Role))
        {
            throw Closed();
        }

        _yes.Add((request.Environment, request.Release!, request.Role));
        var promoted = _asked.Contains((request.Environment, request.Release!));
        return Task.FromResult((promoted ? Enter(request.Environment, request.Release!) : null)
            ?? new DeploymentAnswer(null, request.Release!, request.Environment, 0, "one more yes is needed"));
    }

    private static string[] RolesOf(string environment) => environment switch { "acceptance" => ["dev"], "production" => ["dev", "ops"], _ => [] };

    private static DiagnosticException Closed() => new(ExitCode.GateClosed, new Diagnostic("TP4002", Severity.Error, "a gate does not hold"));

    private DeploymentAnswer? Enter(string environment, string release)
    {
        if (!RolesOf(environment).All(role => _yes.Contains((environment, release, role))))
        {
            return null;
        }

        var before = LastSequence;
        Promoted.Add(release);
        return new DeploymentAnswer(Deploy(environment, release), release, environment, before, "deploying");
    }

    private string Deploy(string environment, string release)
    {
        var id = $"d-{++_deployments}";
        if (_broken.Contains(release) && environment == BreaksIn)
        {
            Add(Facts.Deployment(FactKind.DeploymentRequested, 0, release: release, id: id, environment: environment), Facts.Deployment(FactKind.DeploymentFailed, 3, release: release, id: id, environment: environment));
            return id;
        }

        _runs[environment] = release;
        Add(
            Facts.Deployment(FactKind.DeploymentRequested, 0, release: release, id: id, environment: environment),
            Facts.Deployment(FactKind.DeploymentPhase, 1, "roll", release: release, id: id, environment: environment),
            Facts.Deployment(FactKind.DeploymentSucceeded, 3, release: release, id: id, environment: environment));
        return id;
    }
}
