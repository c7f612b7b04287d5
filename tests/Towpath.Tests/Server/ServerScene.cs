using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines.Secrets;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>The parts of a control plane around a real store and an engine in memory, with an application of three environments.</summary>
internal sealed class ServerScene : IDisposable
{
    public const string Application = "shop";

    public ServerScene()
    {
        Store = new SqliteStore(Folder["towpath.db"]);
        Vault = new SecretVault(Folder.Path, SecretKeyring.InFile(Folder["secrets.key"]), Folder["shown"]);
        Environments = new EnvironmentRegistry(Folder.Path, Store, Vault, PortPolicy.Default, Engine, Time, Log.Enqueue);
        Images = new ReleaseImages(Store, signer: null);
        Gates = new GateKeeper(Store, Machines.Real, Environments, Images, Time);
        Ladder = new LadderReconciler(Store, Gates, Machines.Real, Time);
        Plans = new PlanBuilder(Store, Environments);
        Tools = new ReconcilerTools(Store, Machines.Real, Gates.ForDeployment, Time, Log.Enqueue);
        Store.SaveApplication(Application, "/repository", ".", Rungs);
    }

    public TemporaryFolder Folder { get; } = TemporaryFolder.InMemory();

    public SecretVault Vault { get; }

    public ManualTime Time { get; } = new();

    public FakeContainerEngine Engine { get; } = new();

    public SqliteStore Store { get; }

    public ReleaseImages Images { get; }

    public GateKeeper Gates { get; }

    public EnvironmentRegistry Environments { get; }

    public LadderReconciler Ladder { get; }

    public PlanBuilder Plans { get; }

    public ReconcilerTools Tools { get; }

    public System.Collections.Concurrent.ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Development takes each release by itself, staging after an hour on request, production with two people.</summary>
    public static Ladder Rungs { get; } = new(
    [
        new EnvironmentSpec { Name = "development", Location = Models.At(), Automatic = true },
        new EnvironmentSpec { Name = "staging", Location = Models.At(), Gates = new GateSpecs { Soak = TimeSpan.FromHours(1) } },
        new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = new GateSpecs { Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) } },
    ]);

    /// <summary>The agreement that the next releases bring; null for none.</summary>
    public Agreement? Agreement { get; set; }

    /// <summary>The ladder that the next releases bring.</summary>
    public Ladder Brings { get; set; } = Rungs;

    /// <summary>The next releases are signed with the key of the folder, as a whole control plane asks for.</summary>
    public bool Signs { get; set; }

    public IReadOnlyList<Fact> Journal => Store.Facts(Application, 0, 1000);

    public ApplicationRecord Known => Store.Application(Application)!;

    /// <summary>Ships a commit whose pipeline is green.</summary>
    public Release Ship(string id, IEnumerable<Secret>? secrets = null, params Service[] services)
    {
        services = services is [] ? [Models.Image("api", "api")] : services;
        var application = new Application(Application, [.. services], [], [.. secrets ?? []], [], Brings) { Agreement = Agreement };
        var commit = FakeContainerEngine.DigestOf(id)[^40..];
        var (run, _) = Store.QueueRun(Application, commit, "A change", "ann", Time.Now, Models.Fact());
        var release = new Release(
            id, application, commit, "A change",
            services.ToImmutableSortedDictionary(s => s.Name, s => new ReleaseImage(FakeContainerEngine.DigestOf(id + s.Name), $"towpath/shop/{s.Name}:{id}")), id, Time.Now);
        Store.SaveRelease(release, run.Id);
        if (Signs)
        {
            using var signer = ImageSigner.Open(Folder.Path);
            foreach (var service in release.Images.Keys) new ReleaseImages(Store, signer).Keep(release, service, null);
        }

        Store.UpdateRun(run.Id, RunState.Succeeded, id, Time.Now);
        return release;
    }

    public DeploymentRecord Request(string environment, string release, string? previous = null)
    {
        var now = Time.Now;
        return Store.AddDeployment(
            Application, environment, release, previous, "ann", now,
            _ => (RolloutsJson.Write(DeploymentMachine.Initial(now)), nameof(DeploymentPhase.Requested)), _ => []);
    }

    /// <summary>A release has come into an environment, and ran the migrations of some services that none before it can run on.</summary>
    public DeploymentRecord Arrive(string environment, string release, params string[] binding)
    {
        var deployment = Store.OpenDeployments(Application, environment).FirstOrDefault(d => d.Release == release) ?? Request(environment, release);
        var state = DeploymentMachine.Initial(Time.Now) with { Phase = DeploymentPhase.Succeeded, Binding = [.. binding] };
        var lease = Lease(environment);
        Store.CompleteDeployment(lease, deployment.Id, nameof(DeploymentPhase.Succeeded), RolloutsJson.Write(state), Time.Now, []);
        Store.ReleaseLease(lease);
        return Store.Deployment(deployment.Id)!;
    }

    /// <summary>A deployment ended badly.</summary>
    public void Fail(string environment, string deployment) => End(environment, deployment, DeploymentPhase.Failed);

    /// <summary>A deployment froze after it had run the migrations of some services.</summary>
    public void Freeze(string environment, string deployment, params string[] binding) => End(environment, deployment, DeploymentPhase.Frozen, binding);

    private void End(string environment, string deployment, DeploymentPhase phase, params string[] binding)
    {
        var state = DeploymentMachine.Initial(Time.Now) with { Phase = phase, Binding = [.. binding] };
        var lease = Lease(environment);
        Store.UpdateDeployment(lease, deployment, $"{phase}", true, RolloutsJson.Write(state), Time.Now, []);
        Store.ReleaseLease(lease);
    }

    public void Dispose()
    {
        Environments.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Store.Dispose();
        Folder.Dispose();
    }

    public Lease Lease(string environment) => Store.TryTakeLease(Application, environment, "scene", Time.Now, TimeSpan.FromSeconds(1))!;
}
