using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>Diagnostics of deployments: what went wrong in an environment, at the line of the file that asked for it.</summary>
public static class RolloutDiagnostics
{
    /// <summary>TP5001: a new replica's process ended.</summary>
    public static Diagnostic ReplicaExited(EnvironmentDesired environment, ServiceDesired service, ObservedReplica replica) => new(
        "TP5001", Severity.Error,
        $"service \"{service.Name}\" ended with exit code {replica.ExitCode} in {environment.Environment.Name}",
        service.Spec.Location, "declared here",
        [.. LastLines(replica)],
        replica.ExitCode == 137
            ? "Exit code 137 is SIGKILL: most often the memory limit. Raise `deploy.resources.limits.memory`, or look at its log with `towpath logs`."
            : "Read its log with `towpath logs`, and try the image by hand with the same command and environment.");

    /// <summary>TP5002: a new replica did not become ready in time.</summary>
    public static Diagnostic NeverReady(EnvironmentDesired environment, ServiceDesired service, ObservedReplica replica, TimeSpan limit) => new(
        "TP5002", Severity.Error,
        $"service \"{service.Name}\" did not become ready within {Seconds(limit)} in {environment.Environment.Name}",
        service.Spec.Delivery.Health?.Location ?? service.Spec.Healthcheck?.Location ?? service.Spec.Location, "this check never passed",
        [.. Check(service, replica), .. LastLines(replica)],
        $"Mend what the check reports, or give it more time with `environments.{environment.Environment.Name}.ready` in towpath.yaml.");

    /// <summary>TP5003: a migration failed.</summary>
    public static Diagnostic MigrationFailed(string environment, Service service, string reason, ImmutableArray<string> lastLines) => new(
        "TP5003", Severity.Error,
        $"the migration of service \"{service.Name}\" failed in {environment}: {reason}",
        service.Delivery.Migrate?.Location ?? service.Location, "this command",
        [.. Lines(lastLines), "No traffic was moved: the release before serves as it did."],
        "Mend the migration in a new commit. What it had changed before it failed is not taken back.");

    /// <summary>TP5004: a verification probe was not answered as expected.</summary>
    public static Diagnostic VerificationFailed(string environment, VerificationProbe probe, string reason) => new(
        "TP5004", Severity.Error,
        $"verification \"{probe.Name}\" failed in {environment}: {reason}",
        probe.Location, "this probe",
        [$"GET {probe.Path} was asked through the gateway until {Seconds(probe.Timeout)} had passed."],
        "Ask the same path yourself at the environment's address, and read the service's log with `towpath logs`.");

    /// <summary>TP5005: a declared resource could not be brought about.</summary>
    public static Diagnostic ResourceFailed(string environment, DeclaredResource resource, string reason) => new(
        "TP5005", Severity.Error,
        $"{Name(resource.Kind)} \"{resource.Name}\" can't be brought about in \"{resource.Service}\" of {environment}: {reason}",
        resource.Location, "declared here",
        Help: "What exists already is never changed or deleted: make it agree with the declaration by hand, or change the declaration.");

    /// <summary>TP5006: what runs is not what was asked for.</summary>
    public static Diagnostic ReadBackDiffers(EnvironmentDesired environment, ServiceDesired service, string found) => new(
        "TP5006", Severity.Error,
        $"service \"{service.Name}\" in {environment.Environment.Name} runs {found}, not {Short(service.Image.Digest)}",
        service.Spec.Location, "declared here",
        ["A deployment is successful only when the digests that run were read back and match the release."],
        "Something else changes this environment's containers. Find it, then ship or promote again.");

    /// <summary>TP5007: the way back failed too.</summary>
    public static Diagnostic RollbackFailed(string environment, Diagnostic reason) => new(
        "TP5007", Severity.Error,
        $"{environment} could not be brought back to the release before: {reason.Headline}",
        reason.Location, reason.Label, reason.Notes,
        "The environment stays as it is now. Mend the cause, then run `towpath rollback` or promote a good release.");

    /// <summary>TP5008: a gate no longer holds now that it is the deployment's turn.</summary>
    public static Diagnostic GateClosed(EnvironmentDesired environment, IEnumerable<GateVerdict> closed) => new(
        "TP5008", Severity.Error,
        $"release {environment.Release} may not enter {environment.Environment.Name}",
        environment.Environment.Location, "its gates stand here",
        [.. closed.Select(g => $"{g.Name}: {g.Text}")],
        "Bring about what is missing, then promote again.");

    /// <summary>TP5009: an effect failed for a reason outside the application.</summary>
    public static Diagnostic EffectImpossible(string environment, string what, string reason) => new(
        "TP5009", Severity.Error,
        $"{what} failed in {environment}: {reason}",
        Help: "Run `towpath doctor` to see whether this machine lacks something, then ship or promote again.");

    /// <summary>TP5010: a container that is not Towpath's uses a volume.</summary>
    public static Diagnostic VolumeInUse(string environment, Volume volume, string user) => new(
        "TP5010", Severity.Error,
        $"volume \"{volume.Name}\" of {environment} is in use by container \"{user}\", which is not Towpath's",
        volume.Location, "declared here",
        ["Two processes on one volume would damage its data."],
        $"Stop and remove the container \"{user}\", then ship or promote again.");

    /// <summary>TP5011: a secret that a person gives has no value in the environment.</summary>
    public static Diagnostic SecretMissing(string environment, Secret secret) => new(
        "TP5011", Severity.Error,
        $"secret \"{secret.Name}\" has no value in {environment}",
        secret.Location, "declared here",
        ["Values of secrets are given per environment and never taken from the control plane's own variables."],
        $"Give it one with `towpath secret set {environment} {secret.Name}` (the value is read from standard input), or let Towpath make one with `x-towpath: {{ generate: 32 }}`.");

    /// <summary>TP5012: the engine has no subnet left for the environment.</summary>
    public static Diagnostic NoSubnet(string environment) => new(
        "TP5012", Severity.Error,
        $"no free subnet was found for the network of {environment}",
        Notes: ["Towpath takes a /24 of 10.213.0.0/16 for each environment; all of those tried overlap another network."],
        Help: "Remove networks that are not used any more, or environments with `towpath down --purge`.");

    /// <summary>TP5013: an image of a release is not on the engine.</summary>
    public static Diagnostic ImageGone(EnvironmentDesired environment, ServiceDesired service) => new(
        "TP5013", Severity.Error,
        $"the image {Short(service.Image.Digest)} of service \"{service.Name}\" is not on this machine",
        service.Spec.Location, "declared here",
        ["It was removed after the release was made; another one of the same name would not be the one that was tested."],
        "Ship the commit again from a fresh commit, or promote another release.");

    private static IEnumerable<string> Check(ServiceDesired service, ObservedReplica replica)
    {
        yield return service.Readiness.Kind switch
        {
            ReadinessKind.Http => $"GET {service.Readiness.Path} on port {service.Readiness.Port} was asked for: {replica.ReadinessDetail ?? "no answer"}.",
            ReadinessKind.Tcp => $"A connection to port {service.Readiness.Port} was tried: {replica.ReadinessDetail ?? "no answer"}.",
            ReadinessKind.Exec => $"The health check was run in the container: {replica.ReadinessDetail ?? "no answer"}.",
            _ => $"Its process was watched: {replica.ReadinessDetail ?? "it did not settle"}.",
        };
    }

    private static IEnumerable<string> LastLines(ObservedReplica replica) => Lines(replica.LastLines);

    private static IEnumerable<string> Lines(ImmutableArray<string> lines)
    {
        if (lines.IsEmpty) yield return "It wrote nothing.";
        else yield return "Its last lines: " + string.Join(" ⏎ ", lines.TakeLast(6).Select(l => l.Length > 200 ? l[..200] + "…" : l));
    }

    private static string Name(ResourceKind kind) => kind switch
    {
        ResourceKind.PostgresDatabase => "PostgreSQL database",
        ResourceKind.RabbitQueue => "RabbitMQ queue",
        _ => "RabbitMQ exchange",
    };

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";
}
