using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Kubernetes;

/// <summary>What is told when an environment is compiled to objects of Kubernetes: TP6401 to TP6439.</summary>
public static class KubernetesDiagnostics
{
    /// <summary>Two services would have one name.</summary>
    public static Diagnostic NamesCollide(Location place, string service, string other, string name) => Error(
        "TP6401", place, $"`{service}` and `{other}` are both `{name}` in a cluster",
        ["A cluster takes lower-case letters, digits and hyphens; what else is in a name becomes a hyphen."],
        "Rename one of them so that they differ in letters or digits.");

    /// <summary>A service has another name in the cluster.</summary>
    public static Diagnostic NameChanged(Location place, string service, string name) => Warning(
        "TP6402", place, $"`{service}` is called `{name}` in a cluster",
        ["A cluster takes names of lower-case letters, digits and hyphens, a letter first.", $"Whoever calls `{service}` by its name does not find it there."],
        $"Rename the service to `{name}` in the Compose file and in the addresses of those that call it.");

    /// <summary>A service runs as root because its file says so.</summary>
    public static Diagnostic RunsAsRoot(Location place, string service) => Warning(
        "TP6403", place, $"`{service}` runs as root",
        ["The Compose file asks for it, so that the namespace can't be held to Pod Security \"restricted\"."],
        "Let the image run as a user of its own, and leave `user` out.");

    /// <summary>A user is given by a name that has no known number.</summary>
    public static Diagnostic UserByName(Location place, string service, string user, long assumed) => Warning(
        "TP6404", place, $"The user `{user}` of `{service}` has no number here",
        ["A cluster runs processes as a number: it can't look into the image for a name."],
        Invariant($"Write the number, as in `user: \"1000:1000\"`; until then {assumed} is used."));

    /// <summary>Nothing says who a service runs as.</summary>
    public static Diagnostic UserUnknown(Location place, string service, long assumed) => Note(
        "TP6405", place, Invariant($"`{service}` is run as user {assumed}: nothing says who it runs as"),
        ["In a cluster nothing runs as root unless the Compose file asks for it."],
        "Write the number of the image's user under `user`, or end the Dockerfile with `USER 1000`.");

    /// <summary>A service has no limits, so that usual ones are set.</summary>
    public static Diagnostic LimitsAssumed(Location place, string service, string what) => Note(
        "TP6406", place, $"`{service}` gets {what}: the Compose file sets no limits",
        ["A pod without limits can take a node down, and one without requests is the first to be evicted."],
        "Set `deploy.resources.limits` to what it needs at most.");

    /// <summary>A path of the host is mounted.</summary>
    public static Diagnostic HostPath(Location place, string service, string path) => Warning(
        "TP6407", place, $"`{service}` mounts {path} of the node that it happens to run on",
        ["Each node has files of its own: after a move the pod sees others.", "Pod Security \"baseline\" forbids such mounts."],
        "Use a named volume for data, and a file of the commit or a config for settings.");

    /// <summary>Files of the commit are too large for a ConfigMap.</summary>
    public static Diagnostic FilesTooLarge(Location place, string service, string path, long bytes, int files) => Error(
        "TP6408", place, Invariant($"{path} is too large to be mounted in a cluster: {bytes} bytes in {files} files"),
        [$"`{service}` mounts it; in a cluster files of the commit are carried by a ConfigMap, which holds 1 MiB."],
        "Copy the files into the image with `COPY`, or keep them in a named volume.");

    /// <summary>A variable has a name that no cluster takes.</summary>
    public static Diagnostic VariableName(Location place, string service, string name) => Error(
        "TP6409", place, $"The variable `{name}` of `{service}` can't be set in a cluster",
        ["The name of a variable there has letters, digits, `_`, `-` and `.`, and no digit first."],
        "Rename the variable.");

    /// <summary>A credential stands in the Compose file.</summary>
    public static Diagnostic CredentialInFile(Location place, string service, string name) => Warning(
        "TP6410", place, $"The value of `{name}` stands in the Compose file",
        [$"It goes into a Secret of `{service}`, and whoever reads the rendered objects reads it too."],
        "Use a secret of the Compose file: its value is then in no file and in no rendered object.");

    /// <summary>Several pods share a volume.</summary>
    public static Diagnostic SharedVolume(Location place, string volume, string users) => Warning(
        "TP6411", place, $"The volume `{volume}` is shared by {users}",
        ["Its claim asks for ReadWriteMany: pods on several nodes can then use it.", "Many classes of storage offer ReadWriteOnce only; the claim stays pending there."],
        "Name a class that offers ReadWriteMany under `kubernetes.storage`, or give each service a volume of its own.");

    /// <summary>A volume without a name ends with its pod.</summary>
    public static Diagnostic AnonymousVolume(Location place, string service, string target) => Note(
        "TP6412", place, $"What `{service}` writes to {target} ends with its pod",
        ["The volume has no name, so that no later pod could find it."],
        "Give the volume a name if its content matters.");

    /// <summary>Nothing says how large a volume is.</summary>
    public static Diagnostic VolumeSizeAssumed(Location place, string volume, string size) => Note(
        "TP6413", place, $"The volume `{volume}` is made with {size}",
        ["A claim names a size, and no Compose file does."],
        $"Set it in towpath.yaml: `kubernetes: {{ storage: {{ volumes: {{ {volume}: {{ size: 10Gi }} }} }} }}`.");

    /// <summary>A service asks for what "restricted" forbids.</summary>
    public static Diagnostic Weakened(Location place, string service, string what, string level) => Warning(
        "TP6414", place, $"`{service}` asks for {what}",
        [$"The namespace can only be held to Pod Security \"{level}\" because of it."],
        "Leave it out if the service works without.");

    /// <summary>The root file system is writable because the file says so.</summary>
    public static Diagnostic WritableRoot(Location place, string service) => Warning(
        "TP6415", place, $"`{service}` may write to its image",
        ["The Compose file says `read_only: false`; in a cluster the root file system is read-only otherwise."],
        "Name the folders that it writes to under `tmpfs` or `volumes`, and leave `read_only` out.");

    /// <summary>A secret has to be made before the pods can start.</summary>
    public static Diagnostic SecretNeeded(Location place, string secret, string command) => Note(
        "TP6416", place, $"The secret `{secret}` is not among the objects",
        ["Values of secrets stand in no rendered object."],
        $"Make it once: `{command}`.");

    /// <summary>A published port can't be reached from outside.</summary>
    public static Diagnostic PublishedInside(Location place, string service, int port) => Note(
        "TP6417", place, Invariant($"Port {port} of `{service}` is reachable inside of the cluster only"),
        ["Requests from outside come in by routes; a port of the nodes would be open to their whole network."],
        "Give the service a route (`x-towpath.route`), or use `kubectl port-forward`.");

    /// <summary>The prefix of a route can't be taken off in a way that all controllers know.</summary>
    public static Diagnostic StripByClass(Location place, string service, string route) => Warning(
        "TP6418", place, $"Taking {route} off before `{service}` is written for ingress-nginx",
        ["An Ingress has no words for it: each controller has an annotation of its own."],
        "Name the controller's class under `kubernetes.class` (nginx, haproxy, traefik), or use `entry: gateway`, which has the words.");

    /// <summary>Nothing tells when a service is ready.</summary>
    public static Diagnostic NoProbe(Location place, string service) => Note(
        "TP6419", place, $"Nothing tells when `{service}` is ready",
        ["It has no health endpoint, no health check and no port that could be tried: it counts as ready as soon as it runs."],
        "Declare `x-towpath.health` or a `healthcheck`.");

    /// <summary>An autoscaler needs a metric that not every cluster has.</summary>
    public static Diagnostic MetricNeeded(Location place, string service, string metric) => Note(
        "TP6420", place, $"The autoscaler of `{service}` asks the cluster for `{metric}`",
        ["That is no metric of the cluster's own: an adapter such as prometheus-adapter has to offer it. Until then the other metrics count."],
        "Install the adapter, or scale by `cpu`.");

    /// <summary>The cluster is too old for time zones.</summary>
    public static Diagnostic ZoneTooNew(Location place, string service, string zone, string version) => Warning(
        "TP6421", place, $"`{service}` runs by the clock of the cluster, not of {zone}",
        [$"CronJobs have time zones from Kubernetes 1.27 on; this is for {version}."],
        "Write the times in UTC, which most clusters run by.");

    /// <summary>It is about how Towpath does a strategy, which is not told where a controller in the cluster does it.</summary>
    public static bool IsOfStrategy(Diagnostic diagnostic) => diagnostic.Code is StrategyCode or RollsCode or PodsCode or ReadinessCode;

    private const string StrategyCode = "TP6422";
    private const string RollsCode = "TP6430";
    private const string PodsCode = "TP6431";
    private const string ReadinessCode = "TP6432";

    /// <summary>A strategy that needs somebody who watches.</summary>
    public static Diagnostic StrategyNeedsTowpath(Location place, string environment, string strategy) => Note(
        StrategyCode, place, $"`{environment}` is {strategy} when Towpath deploys, and rolling when these objects are applied by hand",
        ["Objects alone can't judge a release."],
        "Deploy with `towpath promote`, or leave it at rolling.");

    /// <summary>A mounted file of the commit can't be written to.</summary>
    public static Diagnostic MountIsReadOnly(Location place, string service, string path) => Note(
        "TP6423", place, $"`{service}` can't write to {path} in a cluster",
        ["Files of the commit are carried by a ConfigMap, which is read-only."],
        "Add `:ro` to say that this is meant, or use a named volume.");

    /// <summary>A backup that nothing restores.</summary>
    public static Diagnostic RestoreByHand(Location place, string service) => Note(
        "TP6424", place, $"The backup of `{service}` is restored by hand",
        ["It is what a command printed; how that is read back is the service's own affair."],
        "Back up the volume instead (`backup: { volume: … }`) to have a job that restores it.");

    /// <summary>Each replica has a volume of its own.</summary>
    public static Diagnostic VolumePerReplica(Location place, string service, string volume) => Warning(
        "TP6425", place, $"Each replica of `{service}` has a volume `{volume}` of its own",
        ["With Compose all replicas write to the same one."],
        "Set `replicas: 1` unless the replicas share their data themselves.");

    /// <summary>A signal that a cluster does not send.</summary>
    public static Diagnostic StopSignal(Location place, string service, string signal) => Warning(
        "TP6426", place, $"`{service}` is asked to end with the signal of its image, not with {signal}",
        ["A cluster sends the signal that the image names, SIGTERM otherwise."],
        $"Write `STOPSIGNAL {signal}` into the Dockerfile.");

    /// <summary>Draining needs a program of the image.</summary>
    public static Diagnostic DrainNeedsSleep(Location place, string service, string version) => Note(
        "TP6427", place, $"`{service}` needs the program `sleep` in its image",
        [$"It waits before it ends until no new requests come in. From Kubernetes 1.30 on the cluster waits by itself; this is for {version}."],
        "Keep `sleep` in the image, or upgrade the cluster.");

    /// <summary>An address that only an engine knows.</summary>
    public static Diagnostic HostEntry(Location place, string service, string entry) => Warning(
        "TP6428", place, $"`{entry}` under `extra_hosts` of `{service}` means nothing in a cluster",
        ["The address of the host is known to a container engine only."],
        "Name an address, or the service by its name.");

    /// <summary>A policy of restarts that what runs on and on can't have.</summary>
    public static Diagnostic RestartsAlways(Location place, string service, string policy) => Note(
        "TP6429", place, $"`{service}` is started again whenever it ends, not by `restart: {policy}`",
        ["Pods that run on and on have no other policy, and a service with ports, a port of its own or a health check is one that runs on."],
        "Leave `restart` out; or, if it runs to its end, leave out what says that it listens.");

    /// <summary>A service can't be weighed in a cluster.</summary>
    public static Diagnostic StrategyRolls(Location place, string service, string strategy, string why) => Warning(
        RollsCode, place, $"`{service}` rolls in its cluster, though {strategy} is asked for",
        [$"Requests are shared out between two Deployments, and {why}."],
        "Give it a strategy of its own under `services`, or leave it at rolling.");

    /// <summary>Pods are too few for the shares that are asked for.</summary>
    public static Diagnostic ShareByPods(Location place, string service, string shares, int pods) => Warning(
        PodsCode, place, $"The steps of `{service}` come about as {shares} in its cluster",
        [Invariant($"There requests go to pods as they are, and {pods} of the release before stay while the new ones come: the new ones are at most as many, which is half."),
         "Behind the Gateway API, or an Ingress of the class nginx, requests from outside are split by weights."],
        "Ask for more replicas or other steps, or let such an entry split them (`kubernetes: { entry: gateway }`).");

    /// <summary>Nobody counts requests in a cluster.</summary>
    public static Diagnostic JudgedByReadiness(Location place, string service) => Note(
        ReadinessCode, place, $"Steps of `{service}` are judged by whether its pods are ready, not by what they answer",
        ["Towpath counts no requests in a cluster: a step passes when its pods were ready for its interval."],
        "For a judgement by metrics hand it to a controller: `towpath render --progressive argo-rollouts` or `flagger`.");

    private static Diagnostic Error(string code, Location place, string headline, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Error, headline, place, Notes: notes, Help: help);

    private static Diagnostic Warning(string code, Location place, string headline, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Warning, headline, place, Notes: notes, Help: help);

    private static Diagnostic Note(string code, Location place, string headline, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Note, headline, place, Notes: notes, Help: help);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
