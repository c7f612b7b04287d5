using System.Collections.Immutable;
using Towpath.Core.Contracts.Rules;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>The table of all rules. Documents, tests and the check itself go through it.</summary>
public static class ContractRules
{
    private const AppliesTo Built = AppliesTo.Built;
    private const AppliesTo Running = AppliesTo.Running;

    /// <summary>All rules, in the order of their codes.</summary>
    public static ImmutableArray<ContractRule> All { get; } = [.. Dockerfiles, .. Services, .. Repository];

    /// <summary>The rule of that name or code, or null.</summary>
    public static ContractRule? Find(string nameOrCode) => All.FirstOrDefault(r => r.Name == nameOrCode || r.Code == nameOrCode);

    private static IEnumerable<ContractRule> Dockerfiles =>
    [
        Warning("TP2101", "base-image-pinned", Built, BaseImageRules.Pinned,
            "a tag that moves gives the same commit another image tomorrow",
            "name a version, as `python:3.12-slim`, or a digest"),
        Warning("TP2102", "not-root", Built, BaseImageRules.NotRoot,
            "a process that breaks out of its container as root is root on the host",
            "make a user and end the stage with `USER NAME`"),
        Error("TP2103", "secret-in-image", Built, ImageSecretRules.InImage,
            "a layer keeps it for good, even where a later one deletes it",
            "hand it over at run time as a secret, or while building with `RUN --mount=type=secret`; change it where it was in use"),
        Warning("TP2104", "secret-build-variable", Built, ImageSecretRules.BuildVariable,
            "the values of ARG and ENV stand in the image's history",
            "use `RUN --mount=type=secret` while building and a secret at run time"),
        Warning("TP2105", "package-lists-cleaned", Built, PackageRules.ListsCleaned,
            "what one layer downloads, a later layer hides but does not remove",
            "clean up in the same RUN"),
        Warning("TP2106", "exec-form", Built, CommandRules.ExecForm,
            "the shell that is put in front keeps the signal to end, so that the process is killed after the grace period",
            "write a list: `[\"program\", \"argument\"]`"),
        Warning("TP2107", "docker-ignore", Built, LayerRules.IgnoreFile,
            "history, secrets and modules of the author's machine get into the image, and each change of them builds it anew",
            "add a .dockerignore with `.git`, `.env` and what is made locally"),
        Warning("TP2108", "expose-agrees", Built, BuildRules.ExposeAgrees,
            "EXPOSE is what Ops reads to know the port",
            "make both the same"),
        Warning("TP2109", "layer-order", Built, LayerRules.CacheOrder,
            "a layer is built anew when anything that was copied before it has changed",
            "copy the manifest first, install, and copy the rest after it"),
        Warning("TP2110", "add-url", Built, LayerRules.AddUrl,
            "the file can be another one tomorrow, and nobody would see it",
            "fetch it in a RUN that checks its hash, or give `ADD --checksum=sha256:...`"),
        Note("TP2111", "no-upgrade", Built, PackageRules.NoUpgrade,
            "it makes the image depend on the day it is built, which a newer base image does by name",
            "take a newer base image"),
        Note("TP2112", "install-unattended", Built, PackageRules.Unattended,
            "a build has no keyboard: it ends with an error where something is asked",
            "add `-y`"),
        Note("TP2113", "no-recommends", Built, PackageRules.NoRecommends,
            "they are often larger than the package itself, and each is one more to keep safe",
            "add `--no-install-recommends`"),
        Note("TP2114", "no-sudo", Built, PackageRules.NoSudo,
            "a build runs as root until USER says otherwise, and an image with sudo has a way back to root",
            "do it before `USER`, without sudo"),
        Note("TP2115", "work-folder", Built, CommandRules.WorkingFolder,
            "the next instruction begins in the folder before",
            "use WORKDIR"),
        Warning("TP2116", "one-command", Built, CommandRules.OnlyOne,
            "the last of each kind counts, the others mislead whoever reads them",
            "remove it"),
        Error("TP2117", "known-instruction", Built, BuildRules.KnownInstructions,
            "a builder stops there",
            "correct its name"),
        Error("TP2118", "known-stage", Built, BuildRules.KnownStages,
            "a builder takes the name for an image and fails to fetch it",
            "name a stage that stands before"),
        Error("TP2119", "known-target", Built, BuildRules.KnownTarget,
            "the build ends before it begins",
            "name a stage of the Dockerfile"),
        Error("TP2120", "dockerfile-buildable", Built, BuildRules.Buildable,
            "a builder stops there",
            "correct it"),
    ];

    private static IEnumerable<ContractRule> Services =>
    [
        Warning("TP2201", "health-declared", Built | Running, HealthRules.Declared,
            "without it a replica takes requests before it can answer them",
            "add `x-towpath: { health: /PATH }` with a path that answers 2xx when the service can serve"),
        Warning("TP2202", "readiness-apart", Built | Running, HealthRules.ReadinessApart,
            "a dependency that is away for a moment makes the service unready, which passes; one that counts as dead is restarted, which helps nobody",
            "give liveness a path of its own"),
        Warning("TP2203", "ports-named", AppliesTo.Every, PortRules.Named,
            "Ops opens ports by what is spoken there",
            "write `{ target: PORT, name: NAME, app_protocol: PROTOCOL }`"),
        Error("TP2204", "port-as-assigned", AppliesTo.Every, PortRules.AsAssigned,
            "Ops decides ports, so that nothing collides",
            "use the port that was given"),
        Error("TP2205", "port-assigned", AppliesTo.Every, PortRules.Assigned,
            "Ops decides ports, and this one is in nobody's list",
            "ask Ops for a port"),
        OfApplication(Severity.Error, "TP2206", "published-once", PortRules.PublishedOnce,
            "a port of the host can be taken once",
            "publish another port, or none: the gateway reaches services without"),
        OfApplication(Severity.Error, "TP2207", "registry-known", PortRules.RegistryKnown,
            "a port that is given to nobody can't be given to anyone else",
            "correct the name, or take it out of the registry"),
        Warning("TP2208", "variables-explained", Built, VariableRules.WithMeaning,
            "Ops sets variables by what they are for",
            "add `x-towpath: { variables: { NAME: what it is for } }`"),
        Warning("TP2209", "variables-given", AppliesTo.Every, VariableRules.Given,
            "the service would start and fail",
            "set it under `environment`, or in each environment of towpath.yaml"),
        Warning("TP2210", "no-secret-in-environment", AppliesTo.Every, VariableRules.NoSecrets,
            "everyone who reads the repository, the release or the list of processes knows it",
            "make it a secret"),
        Warning("TP2211", "image-pinned", AppliesTo.ImageOnly, DatabaseRules.VersionPinned,
            "a tag that moves can bring another major version, which a stored database does not survive",
            "name at least the major version, as `postgres:15`"),
        Warning("TP2212", "migrations-run", AppliesTo.Every, DatabaseRules.Migrated,
            "a release whose schema nobody brings forward fails in the environment that has the older one",
            "add `x-towpath: { migrate: COMMAND }` to one service that uses it"),
        Warning("TP2213", "backup-declared", AppliesTo.Stateful, DatabaseRules.BackedUp,
            "a volume is gone with its disk",
            "add `x-towpath: { backup: { command: [...], every: 24h, keep: 7 } }`, or say why there is none: `backup: { none: \"...\" }`"),
        Warning("TP2214", "api-described", Built | Running, OperationRules.ApiDescribed,
            "who calls it has to guess, and nobody sees when it changes",
            "add `x-towpath: { api: openapi.yaml }`"),
        Warning("TP2215", "owner-named", AppliesTo.Every, OperationRules.Owned,
            "when it fails at night, Ops has to know whom to ask",
            "add `x-towpath: { owner: TEAM }`"),
        Warning("TP2216", "limits-set", AppliesTo.Every, OperationRules.Limited,
            "one service without limits can take the machine from all others",
            "add `deploy: { resources: { limits: { cpus: \"1\", memory: 256M } } }`"),
        Warning("TP2217", "restart-policy", Running, OperationRules.Restarted,
            "a process that ends at night is missed in the morning",
            "add `restart: unless-stopped`"),
        Warning("TP2218", "hears-signals", Running, OperationRules.HearsSignals,
            "requests under way are cut off when the grace period is over",
            "write `exec` before the last command, or set `init: true`"),
        Warning("TP2219", "log-to-output", AppliesTo.Every, OperationRules.LogsToOutput,
            "Towpath collects what is written to standard output; a file fills the disk and is gone with the replica",
            "write the log to standard output"),
        Warning("TP2220", "dependency-ready", AppliesTo.Every, HealthRules.WaitsForReady,
            "a process that has started does not answer yet",
            "wait with `condition: service_healthy`"),
        Error("TP2221", "no-engine-socket", AppliesTo.Every, OperationRules.NoEngineSocket,
            "who speaks to the engine can start a container with the whole host in it",
            "take the mount out"),
    ];

    private static IEnumerable<ContractRule> Repository =>
    [
        OfApplication(Severity.Error, "TP2301", "credential-in-repository", subject => subject.Credentials.Tokens,
            "a repository is copied to every machine, and its history keeps what was deleted",
            "change it where it is valid, keep the new one as a secret; if it is none, allow the file under `contract.credentials.allow` of towpath.yaml"),
        OfApplication(Severity.Warning, "TP2302", "credential-assigned", subject => subject.Credentials.Assignments,
            "it is random, and its name says that it is secret",
            "change it where it is valid, keep the new one as a secret; if it is none, allow the file under `contract.credentials.allow` of towpath.yaml"),
        OfApplication(Severity.Note, "TP2303", "credential-search-complete", subject => subject.Credentials.LeftOut,
            "the search is bounded, so that a check stays quick",
            "keep large files out of the repository"),
        OfApplication(Severity.Note, "TP2304", "allow-list-used", subject => subject.Credentials.Unused,
            "an allowance that is left over will one day hide a credential",
            "take it out"),
    ];

    private static ContractRule Note(string code, string name, AppliesTo to, Func<ContractSubject, IEnumerable<Diagnostic>> find, string reason, string fix) =>
        new(code, name, Severity.Note, to, reason, fix) { OfService = find };

    private static ContractRule Warning(string code, string name, AppliesTo to, Func<ContractSubject, IEnumerable<Diagnostic>> find, string reason, string fix) =>
        new(code, name, Severity.Warning, to, reason, fix) { OfService = find };

    private static ContractRule Error(string code, string name, AppliesTo to, Func<ContractSubject, IEnumerable<Diagnostic>> find, string reason, string fix) =>
        new(code, name, Severity.Error, to, reason, fix) { OfService = find };

    private static ContractRule OfApplication(
        Severity severity, string code, string name, Func<ApplicationSubject, IEnumerable<Diagnostic>> find, string reason, string fix) =>
        new(code, name, severity, AppliesTo.Application, reason, fix) { OfApplication = find };
}
