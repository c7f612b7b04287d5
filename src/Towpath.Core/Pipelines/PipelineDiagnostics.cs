using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Pipelines;

/// <summary>What can be wrong between a commit and its release. One factory per code.</summary>
public static class PipelineDiagnostics
{
    /// <summary>TP3001: the folder is not in a git repository.</summary>
    public static Diagnostic NotARepository(string path) => Error(
        "TP3001",
        $"{path} is not inside a git repository",
        notes: ["a release is made from a commit, never from files that are only on this machine"],
        help: "run it in a clone, or make one: `git init && git add . && git commit -m 'first'`");

    /// <summary>TP3002: the name does not lead to a commit.</summary>
    public static Diagnostic CommitNotFound(string name, string repository) => Error(
        "TP3002",
        $"there is no commit {name} in {repository}",
        notes: ["a branch, a tag or (part of) a commit's name is looked up in this repository only; nothing is fetched"],
        help: "see what is there with `git log --oneline`, or fetch the commit first");

    /// <summary>TP3003: the folder does not exist in the commit.</summary>
    public static Diagnostic FolderNotFound(string folder, string commit) => Error(
        "TP3003",
        $"commit {Short(commit)} has no folder {folder}",
        notes: ["what is not committed is not shipped"],
        help: "commit the folder, or name another with its Compose file");

    /// <summary>TP3004: the git program failed.</summary>
    public static Diagnostic GitFailed(string verb, ImmutableArray<string> lastLines) => Error(
        "TP3004", $"git {verb} failed", notes: lastLines, help: "run the same git command in the repository to see more");

    /// <summary>TP3005: the git program is missing.</summary>
    public static Diagnostic GitMissing() => Error(
        "TP3005",
        "the git program was not found",
        notes: ["commits are read through git itself"],
        help: "install it: `apt-get install git`");

    /// <summary>TP3006: the git program did not end in time.</summary>
    public static Diagnostic GitTimedOut(string verb, TimeSpan limit) => Error(
        "TP3006",
        $"git {verb} did not end within {limit.TotalSeconds:0} s",
        notes: ["it was ended, and what it had written was deleted"],
        help: "look at the repository's disk and at `git fsck`, then ship again");

    /// <summary>TP3007: an entry of the commit would be written outside of its folder.</summary>
    public static Diagnostic EntryLeavesRoot(string entry, string? target) => Error(
        "TP3007",
        target is null ? $"{entry} leads out of the commit's folder" : $"the link {entry} -> {target} leads out of the commit's folder",
        notes: ["a build sees only what is below the Compose file's folder in the commit; a path out of it would read files of this machine"],
        help: "replace the link by the file itself, or point it to a path inside the folder");

    /// <summary>TP3008: the commit is too big.</summary>
    public static Diagnostic CommitTooBig(string limit) => Error(
        "TP3008",
        $"the commit's folder holds more than {limit}",
        notes: ["the bound keeps one commit from filling the disk of the control plane"],
        help: "keep data and build output out of git, or ship a folder further down");

    /// <summary>TP3009: a file that Towpath reads is too big.</summary>
    public static Diagnostic FileTooBig(string path, int mebibytes) => Error(
        "TP3009",
        $"{path} is bigger than {mebibytes} MiB",
        notes: ["Towpath itself reads only text that people wrote: Compose files, env files, configs"],
        help: "put big files into an image or a volume");

    /// <summary>TP3010: a build failed.</summary>
    public static Diagnostic BuildFailed(string service, string message, Location? location, ImmutableArray<string> lastLines) => Error(
        "TP3010",
        $"the image of {service} could not be built",
        location,
        "this step",
        message.Length == 0 ? lastLines : [message, .. lastLines],
        "mend the Dockerfile or what it copies, commit, and ship again");

    /// <summary>TP3011: tests failed.</summary>
    public static Diagnostic TestsFailed(string service, int? exitCode, Location? location, ImmutableArray<string> lastLines) => Error(
        "TP3011",
        exitCode is { } code ? $"the tests of {service} ended with exit code {code}" : $"the tests of {service} failed",
        location,
        "declared here",
        lastLines,
        "mend the code or the test, commit, and ship again");

    /// <summary>TP3012: tests did not end in time.</summary>
    public static Diagnostic TestsTimedOut(string service, TimeSpan limit, Location location) => Error(
        "TP3012",
        $"the tests of {service} did not end within {limit.TotalSeconds:0} s",
        location,
        "declared here",
        ["the container was removed"],
        "make the tests quicker, or give them more time with `x-towpath.test.timeout`");

    /// <summary>TP3013: an image can't be had.</summary>
    public static Diagnostic ImageUnavailable(string image, string message, Location? location) => Error(
        "TP3013",
        $"the image {image} is not here and can't be pulled",
        location,
        "needed here",
        [message],
        "check the name and the tag, log the engine in to the registry, or load the image by hand");

    /// <summary>TP3014: no room for the build.</summary>
    public static Diagnostic DiskFull(string step, string message) => Error(
        "TP3014",
        $"no space is left on the disk for {step}",
        notes: [message],
        help: "make room (`podman system df` or `docker system df` shows what takes it), then ship again");

    /// <summary>TP3015: somebody cancelled the run.</summary>
    public static Diagnostic Cancelled(string run) => Error(
        "TP3015",
        $"pipeline run {run} was cancelled",
        notes: ["there is no release; containers and files of the run were removed"],
        help: "ship the commit again when you want it");

    /// <summary>TP3016: too many runs wait.</summary>
    public static Diagnostic QueueFull(string application, int limit) => Error(
        "TP3016",
        $"{limit} pipeline runs of {application} wait already",
        notes: ["runs of one application go one after another, so that releases keep the order of their commits"],
        help: "wait for one to end, or cancel some that are no longer wanted");

    /// <summary>TP3017: the container engine failed in a step.</summary>
    public static Diagnostic EngineFailed(string step, string message) => Error(
        "TP3017",
        $"the container engine failed in {step}",
        notes: [message],
        help: "`towpath doctor` checks the engine; then ship again");

    /// <summary>TP3018: a Dockerfile is missing.</summary>
    public static Diagnostic DockerfileNotFound(string service, string path, Location location) => Error(
        "TP3018",
        $"the commit has no Dockerfile at {path} for {service}",
        location,
        "declared here",
        ["what is not committed is not shipped"],
        "commit the Dockerfile, or correct `build.context` and `build.dockerfile`");

    /// <summary>TP3019: builds wait for each other.</summary>
    public static Diagnostic BuildCycle(ImmutableArray<string> services, Location location) => Error(
        "TP3019",
        $"the images of {string.Join(", ", services)} are built from each other",
        location,
        "part of the circle",
        ["each one's Dockerfile starts FROM the `image:` name of the next"],
        "let one of them start from a base image that none of them builds");

    /// <summary>TP3020: a service has neither image nor build.</summary>
    public static Diagnostic NothingToRun(string service, Location location) => Error(
        "TP3020", $"{service} has neither `image` nor `build`", location, "declared here", help: "say where its image comes from");

    /// <summary>TP3021: Towpath's own fault in a step.</summary>
    public static Diagnostic StepCrashed(string step, string message) => Error(
        "TP3021",
        $"{step} ended by a fault of Towpath's own",
        notes: [message],
        help: "ship again; if it stays, report it with the control plane's log");

    /// <summary>TP3022: a step did not end in time.</summary>
    public static Diagnostic StepTimedOut(string step, TimeSpan limit) => Error(
        "TP3022",
        $"{step} did not end within {limit.TotalMinutes:0} min",
        notes: ["it was stopped, so that it does not hold up the runs behind it"],
        help: "look at the step's log for what it waits for");

    /// <summary>TP3023: the tried image ended.</summary>
    public static Diagnostic TrialEnded(string service, string detail, Location location, ImmutableArray<string> lastLines) => Error(
        "TP3023",
        $"the built image of {service} does not stay up: {detail}",
        location,
        "before this answered",
        lastLines,
        "mend what the last lines tell; the step's log shows what was started with it");

    /// <summary>TP3024: the tried image did not become ready.</summary>
    public static Diagnostic TrialNotReady(string service, HealthEndpoint health, TimeSpan limit, string detail, ImmutableArray<string> lastLines) => Error(
        "TP3024",
        $"the built image of {service} is not ready: GET {health.Ready}: {detail}",
        health.Location,
        $"asked for {limit.TotalSeconds:0} s",
        lastLines,
        "mend the health endpoint or what it waits for, or give it more time with `x-towpath.trial.timeout`");

    /// <summary>TP3025: what the tried image needs did not become ready.</summary>
    public static Diagnostic TrialNeedFailed(string service, string need, string detail, Location location, ImmutableArray<string> lastLines) => Error(
        "TP3025",
        $"{service} can't be tried, because {need} does not become ready: {detail}",
        location,
        "started for the trial",
        lastLines,
        $"see why {need} does not come up with empty volumes and fresh secrets, or switch the trial off with `x-towpath.trial: false`");

    /// <summary>TP3026: what the tried image needs could not be provided.</summary>
    public static Diagnostic TrialNotProvided(string service, string detail, Location? location, ImmutableArray<string> notes) => Error(
        "TP3026",
        $"{service} can't be tried: {detail}",
        location,
        "in the trial",
        notes,
        "a new environment begins empty too: mend what does not work on an empty database or broker");

    /// <summary>TP3027: an answer is not as described.</summary>
    public static Diagnostic AnswerDiffers(string service, string difference, Location location, ImmutableArray<string> lastLines) => Error(
        "TP3027",
        $"the built image of {service} answers otherwise than described: {difference}",
        location,
        "described here",
        lastLines,
        "correct the description or the service, so that clients can rely on what is written");

    /// <summary>TP3028: a trial that must not be.</summary>
    public static Diagnostic NotTried(string service, string reason, Location location) => new(
        "TP3028",
        Severity.Note,
        $"the built image of {service} was not tried: {reason}",
        location,
        Notes: ["a trial must leave nothing behind"],
        Help: "use a named volume, or say yourself that there is no trial: `x-towpath.trial: false`");

    /// <summary>TP3029: the liveness endpoint of a ready image fails.</summary>
    public static Diagnostic TrialNotAlive(string service, HealthEndpoint health, string detail, ImmutableArray<string> lastLines) => Error(
        "TP3029",
        $"the built image of {service} is ready, but not alive: GET {health.Live}: {detail}",
        health.Location,
        "ready here",
        lastLines,
        "correct the path of `health.live`, or what answers there");

    /// <summary>TP3030: the state was written by a newer program.</summary>
    public static Diagnostic StateIsNewer(int found, int known) => Error(
        "TP3030",
        $"the state on disk has version {found}, this program knows versions up to {known}",
        notes: ["a newer Towpath wrote it; an older one could damage it"],
        help: "start the newer Towpath, or restore the state from before the upgrade");

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    private static Diagnostic Error(
        string code, string headline, Location? location = null, string? label = null, ImmutableArray<string> notes = default, string? help = null) =>
        new(code, Severity.Error, headline, location, location is null ? null : label, notes, help);
}
