using Towpath.Core.Diagnostics;

namespace Towpath.Cli;

/// <summary>What the command line refuses or fails at: TP71xx.</summary>
internal static class CliDiagnostics
{
    /// <summary>TP7100: arguments that do not parse.</summary>
    public static Diagnostic WrongArguments(string why, string command) =>
        Error("TP7100", "wrong arguments", [why], $"see `{command} --help`");

    /// <summary>TP7101: nobody answers where the control plane should be.</summary>
    public static Diagnostic NotAnswering(string where, string why) =>
        Error("TP7101", $"the control plane does not answer at {where}", [why], "start it with `towpath up`");

    /// <summary>TP7102: the started process ended or never answered.</summary>
    public static Diagnostic NotStarted(string why, string logFile) =>
        Error("TP7102", "the control plane could not be started", [why, $"its log is {logFile}"], "run `towpath serve` to see it in the foreground");

    /// <summary>TP7103: the state folder has its control plane already.</summary>
    public static Diagnostic StateInUse(string folder) =>
        Error("TP7103", "another control plane works on this state folder", [folder], "stop it with `towpath down`, or choose another folder with `--state-dir`");

    /// <summary>TP7104: the port of the API belongs to another program.</summary>
    public static Diagnostic PortTaken(int port) =>
        Error("TP7104", $"port {port} on 127.0.0.1 is taken by another program", [], "choose another one with `--port`");

    /// <summary>TP7105: the journal broke off and could not be resumed.</summary>
    public static Diagnostic ConnectionLost() =>
        Error("TP7105", "the connection to the control plane was lost", ["what was asked for goes on, or resumes when the control plane starts again"], "run `towpath up`, then `towpath status`");

    /// <summary>TP7106: the answer is not what this program understands.</summary>
    public static Diagnostic StrangeAnswer(string where, string why) =>
        Error("TP7106", $"{where} does not answer like a Towpath control plane", [why], "see what listens there; `towpath up` starts a control plane of this version");

    /// <summary>TP7110: no git repository.</summary>
    public static Diagnostic NoRepository(string folder, string gitSays) =>
        Error("TP7110", $"`{folder}` is not in a git repository", [gitSays], "Towpath ships commits: run `git init` and commit, or name the folder with `--path`");

    /// <summary>TP7111: no such commit.</summary>
    public static Diagnostic NoCommit(string name, string gitSays) =>
        Error("TP7111", $"there is no commit `{name}`", [gitSays], "see `git log --oneline`");

    /// <summary>TP7112: a program is missing or failed.</summary>
    public static Diagnostic ProgramFailed(string program, string why) =>
        Error("TP7112", $"`{program}` failed", [why], "run `towpath doctor`");

    /// <summary>TP7120: which application is meant?</summary>
    public static Diagnostic WhichApplication(IReadOnlyList<string> known) => Error(
        "TP7120",
        "it is not clear which application is meant",
        [known.Count == 0 ? "no application has been shipped yet" : $"known applications: {string.Join(", ", known)}"],
        known.Count == 0 ? "ship one with `towpath ship`" : "name it with `--app`");

    /// <summary>TP7121: several environments, none named.</summary>
    public static Diagnostic WhichEnvironment(IReadOnlyList<string> known) =>
        Error("TP7121", "it is not clear which environment is meant", [$"environments that run something: {(known.Count == 0 ? "none" : string.Join(", ", known))}"], "name it with `--env`");

    /// <summary>TP7122: no page of that code.</summary>
    public static Diagnostic UnknownCode(string code) =>
        Error("TP7122", $"there is no diagnostic `{code}`", ["codes are `TP` and four digits"], "codes stand in brackets in each message, such as `error[TP7120]`");

    /// <summary>TP7123: no value came on standard input.</summary>
    public static Diagnostic EmptySecret(string name) =>
        Error("TP7123", $"no value for the secret `{name}` came on standard input", [], $"pipe it in: `printf %s \"$VALUE\" | towpath secret set ENV {name}`");

    /// <summary>TP7124: values of secrets that no key opens.</summary>
    public static Diagnostic UnopenedSecrets(IReadOnlyList<string> values) => new(
        "TP7124", Severity.Warning, $"no key opens {values.Count} {(values.Count == 1 ? "value" : "values")}: {string.Join(", ", values)}",
        Notes: ["They are as they were. No key was forgotten."], Help: "Bring their key or the files back from a copy and rotate again, or give the secrets new values with `towpath secret set`.");

    /// <summary>TP7126: no service of that name in the project.</summary>
    public static Diagnostic UnknownService(string service, IEnumerable<string> known) =>
        Error("TP7126", $"the project has no service `{service}`", [], Suggest.Nearest(service, known) is { } near ? $"did you mean `{near}`?" : "see `towpath config --services`");

    /// <summary>TP7130: the demo's application is not where it should be.</summary>
    public static Diagnostic NoExamples(string searched) =>
        Error("TP7130", "the folder `examples/shop` was not found", [$"searched: {searched}"], "run the demo from a clone by `./towpath demo`, or set TOWPATH_HOME to the clone's folder");

    /// <summary>TP7131: the demo did not go as its story says.</summary>
    public static Diagnostic DemoDiffers(string expected, string saw) =>
        Error("TP7131", $"the demo expected that {expected}", [saw], "see `towpath status --app shop`, and the control plane's log in the state folder");

    /// <summary>TP7132: installing did not help.</summary>
    public static Diagnostic StillMissing(IReadOnlyList<string> missing) =>
        Error("TP7132", "this machine lacks something that the demo needs", [.. missing], "see `towpath doctor` for the command that mends it");

    /// <summary>TP7133: no cluster for the demo.</summary>
    public static Diagnostic NoCluster(string why) =>
        Error("TP7133", "there is no cluster for the demo", [why], "name one by KUBECONFIG, and a registry that it pulls from by --registry");

    /// <summary>TP7134: the demo's registry does not work.</summary>
    public static Diagnostic NoRegistry(string why) =>
        Error("TP7134", "the registry of the demo does not work", [why], "see `podman logs towpath-demo-registry`, or name a registry by --registry");

    /// <summary>TP7135: a cluster of somebody's own, and no registry.</summary>
    public static Diagnostic RegistryNeeded() => Error(
        "TP7135", "the cluster of the kubeconfig needs a registry that it can pull from", ["the demo's own registry answers on this machine alone"],
        "add `--registry HOST/PATH`; without KUBECONFIG and ~/.kube/config the demo starts a cluster of its own");

    /// <summary>TP7136: a cluster where a container engine is meant.</summary>
    public static Diagnostic ClusterIsNoContainerEngine() => Error(
        "TP7136", "`--engine kubernetes` is for the demo alone", ["--engine says what runs the containers of this machine"],
        "an environment moves to a cluster by `engine: kubernetes` in `towpath.yaml`");

    /// <summary>TP7140: a fix stands in the way of another.</summary>
    public static Diagnostic FixSkipped(string code, string fix, Location? place) => new(
        "TP7140",
        Severity.Warning,
        $"the fix of {code} was left out: {fix}",
        place,
        Notes: ["another fix changes the same text, or the file is not the one any more that was judged"],
        Help: "run `towpath check --fix` again");

    /// <summary>TP7141: a file that must not be written.</summary>
    public static Diagnostic NotWritable(string file, string why) =>
        Error("TP7141", $"{file} is not written: {why}", [], "look at the file, then run the command again");

    /// <summary>TP7142: somebody else wrote the file meanwhile.</summary>
    public static Diagnostic ChangedMeanwhile(string file) =>
        Error("TP7142", $"{file} was changed by somebody else meanwhile, and is left as it is", [], "run the command again");

    /// <summary>TP7143: an environment that can't be called so.</summary>
    public static Diagnostic BadEnvironmentName(string name) =>
        Error("TP7143", $"an environment can't be called `{name}`", ["a name has 1 to 20 lower-case letters, digits and hyphens"], "name them lowest first, such as `--environments staging,production`");

    /// <summary>TP7199: a fault of the program's own.</summary>
    public static Diagnostic Internal(Exception exception) =>
        Error("TP7199", "towpath met a fault of its own", [$"{exception.GetType().Name}: {exception.Message}"], "run it again with TOWPATH_TRACE=1 and report what it says");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) =>
        new(code, Severity.Error, headline, Notes: [.. notes.Where(n => n.Length > 0)], Help: help);
}
