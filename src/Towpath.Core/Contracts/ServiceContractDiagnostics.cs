using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>TP22xx: what rules find in services. Severity, reason and the usual fix come from the rule.</summary>
public static class ServiceContractDiagnostics
{
    /// <summary>TP2201: nobody can ask whether a service serves.</summary>
    public static Diagnostic NoHealth(Location place, string service) => ContractFinding.Of("TP2201", place, $"`{service}` takes requests and has no health endpoint", "no health");

    /// <summary>TP2202: one endpoint for two questions.</summary>
    public static Diagnostic LivenessIsReadiness(Location place, string service, string path) =>
        ContractFinding.Of("TP2202", place, $"`{service}` answers readiness and liveness at the same path", "both", $"say `health: {{ ready: {path}, live: /livez }}` with a path that asks nothing of others");

    /// <summary>TP2203: a port without a name or protocol.</summary>
    public static Diagnostic PortWithoutName(Location place, int port, string service) =>
        ContractFinding.Of("TP2203", place, $"what is spoken on port {port} of `{service}`?", "neither `name` nor `app_protocol`");

    /// <summary>TP2208: variables that nobody explains.</summary>
    public static Diagnostic VariablesWithoutMeaning(Location place, string service, IEnumerable<string> names) =>
        ContractFinding.Of("TP2208", place, $"`{service}` does not say what these variables are for: {string.Join(", ", names)}");

    /// <summary>TP2209: a variable that must be there and is not.</summary>
    public static Diagnostic VariableMissing(Location place, string service, string name) =>
        ContractFinding.Of("TP2209", place, $"`{service}` does not start without `{name}`, and no environment sets it", "required");

    /// <summary>TP2210: a secret that is written into the Compose file.</summary>
    public static Diagnostic SecretInEnvironment(Location place, string service, string name) =>
        ContractFinding.Of("TP2210", place with { Excerpt = null }, $"`{name}` of `{service}` is a secret and its value stands in the file", help: $"make it a secret and give the service `{name}_FILE: /run/secrets/NAME`");

    /// <summary>TP2211: an image without a version.</summary>
    public static Diagnostic ImageLoose(Location place, string service, string image, string looseness) =>
        ContractFinding.Of("TP2211", place, $"`{image}` of `{service}` {looseness}", "which version?");

    /// <summary>TP2212: nobody brings a database's schema forward.</summary>
    public static Diagnostic NoMigration(Location place, string service, string database) =>
        ContractFinding.Of("TP2212", place, $"`{service}` uses the database `{database}`, and nothing brings its schema forward", "no migration");

    /// <summary>TP2213: what is stored is stored once.</summary>
    public static Diagnostic NoBackup(Location place, string service) => ContractFinding.Of("TP2213", place, $"`{service}` stores and declares no backup", "stored once");

    /// <summary>TP2214: an API that nobody described.</summary>
    public static Diagnostic NoApi(Location place, string service) => ContractFinding.Of("TP2214", place, $"`{service}` is public and has no API description", "what does it answer?");

    /// <summary>TP2215: nobody answers for a service.</summary>
    public static Diagnostic NoOwner(Location place, string service) => ContractFinding.Of("TP2215", place, $"`{service}` has no owner");

    /// <summary>TP2216: a service without bounds.</summary>
    public static Diagnostic NoLimits(Location place, string service, string missing) => ContractFinding.Of("TP2216", place, $"`{service}` has no limit for {missing}");

    /// <summary>TP2217: a service that stays down.</summary>
    public static Diagnostic NoRestart(Location place, string service) => ContractFinding.Of("TP2217", place, $"`{service}` stays down when its process ends", "no `restart`");

    /// <summary>TP2218: a shell that keeps signals to itself.</summary>
    public static Diagnostic SignalsStop(Location place, string service, string shell) =>
        ContractFinding.Of("TP2218", place, $"`{service}` does not hear that it shall end: `{shell} -c` keeps the signal", "the shell stays in front");

    /// <summary>TP2219: logs go to a file.</summary>
    public static Diagnostic LogsToFile(Location place, string service, string path) => ContractFinding.Of("TP2219", place, $"`{service}` keeps its log in {path}", "not on standard output");

    /// <summary>TP2220: a dependency counts as met too early.</summary>
    public static Diagnostic WaitsForStart(Location place, string service, string other) =>
        ContractFinding.Of("TP2220", place, $"`{service}` waits for the start of `{other}`, which can say when it is ready", "started, not ready", $"write `{other}: {{ condition: service_healthy }}`");

    /// <summary>TP2221: the engine's socket is handed into a container.</summary>
    public static Diagnostic EngineSocket(Location place, string service, string path) => ContractFinding.Of("TP2221", place, $"`{service}` gets the engine's socket {path}", "root on the host");
}
