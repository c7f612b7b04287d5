using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>TP1xxx, second part: keys, values and references.</summary>
public static class ValueDiagnostics
{
    /// <summary>A key that nobody knows.</summary>
    public static Diagnostic UnknownKey(Location place, string key, string subject, IEnumerable<string> known)
    {
        var near = Suggest.Nearest(key, known);
        return new(
            "TP1030",
            Severity.Error,
            $"unknown key `{key}` in {subject}",
            place,
            "not known",
            Help: near is null ? "remove it; keys that begin with `x-` are left to you" : $"did you mean `{near}`?",
            Fix: Fix.Rename(place, key, Suggest.Only(key, known)));
    }

    /// <summary>A key of Compose that changes behaviour and is not carried yet.</summary>
    /// <param name="place">The key.</param>
    /// <param name="key">Its name.</param>
    /// <param name="subject">What it stands in.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="engine">Where it is not carried, such as <c>on Kubernetes</c>; null where there is one engine only.</param>
    public static Diagnostic NotCarried(Location place, string key, string subject, string? reason, string? engine = null) => new(
        "TP1031",
        Severity.Error,
        $"`{key}` in {subject} is not carried {engine ?? "yet"}",
        place,
        "would be lost",
        Notes: reason is null ? ["without it the containers would behave differently from what the file says"] : [reason],
        Help: "remove it, or run this part of the application without Towpath for now");

    /// <summary>A key of Compose that has no effect here.</summary>
    /// <param name="place">The key.</param>
    /// <param name="key">Its name.</param>
    /// <param name="subject">What it stands in.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="engine">Where it has none, such as <c>on Kubernetes</c>; null where there is one engine only.</param>
    public static Diagnostic NoEffect(Location place, string key, string subject, string? reason, string? engine = null) => new(
        "TP1032",
        Severity.Warning,
        $"`{key}` in {subject} has no effect{(engine is null ? "" : " " + engine)}",
        place,
        "not carried",
        Notes: reason is null ? [] : [reason]);

    /// <summary>A key that Compose itself dropped.</summary>
    /// <param name="place">The key.</param>
    /// <param name="key">Its name.</param>
    /// <param name="entry">The key and its value.</param>
    public static Diagnostic Obsolete(Location place, string key, Location entry) => new(
        "TP1033",
        Severity.Note,
        $"`{key}` is obsolete and ignored",
        place,
        Help: "remove it",
        Fix: Fix.RemoveEntry(entry, key));

    /// <summary>A value of another type.</summary>
    public static Diagnostic WrongType(Location place, string what, string expected, string found) => new(
        "TP1040",
        Severity.Error,
        $"{what} must be {expected}, but this is {found}",
        place,
        $"expected {expected}");

    /// <summary>A number out of its range, or no number.</summary>
    public static Diagnostic BadNumber(Location place, string what, string value, double min, double max) => new(
        "TP1041",
        Severity.Error,
        $"{what} must be a number from {min} to {max}, but is `{value}`",
        place);

    /// <summary>A value that is none of the allowed words.</summary>
    public static Diagnostic NotOneOf(Location place, string what, string value, IEnumerable<string> allowed) => new(
        "TP1042",
        Severity.Error,
        $"{what} can't be `{value}`",
        place,
        Notes: [$"it is one of {string.Join(", ", allowed)}"],
        Help: Suggest.Nearest(value, allowed) is { } near ? $"did you mean `{near}`?" : null,
        Fix: Fix.Rename(place, value, Suggest.Only(value, allowed)));

    /// <summary>Not a duration.</summary>
    public static Diagnostic BadDuration(Location place, string what, string value) => new(
        "TP1043",
        Severity.Error,
        $"{what} is no duration: `{value}`",
        place,
        Help: "write a number and a unit, such as 500ms, 30s, 5m or 1m30s");

    /// <summary>Not a size.</summary>
    public static Diagnostic BadSize(Location place, string what, string value) => new(
        "TP1044",
        Severity.Error,
        $"{what} is no size in bytes: `{value}`",
        place,
        Help: "write a number and a unit, such as 64k, 256m or 1.5gb");

    /// <summary>Not a port of the short syntax.</summary>
    public static Diagnostic BadPort(Location place, string value, string problem) => new(
        "TP1045",
        Severity.Error,
        $"`{value}` is no port: {problem}",
        place,
        Help: "write CONTAINER, HOST:CONTAINER or ADDRESS:HOST:CONTAINER, with /udp where it is not TCP, in quotes");

    /// <summary>Not a volume of the short syntax.</summary>
    public static Diagnostic BadMount(Location place, string value, string problem) => new(
        "TP1046",
        Severity.Error,
        $"`{value}` is no mount: {problem}",
        place,
        Help: "write NAME:/path, ./folder:/path or /path, with :ro where it is read-only");

    /// <summary>A name with characters that it can't have.</summary>
    public static Diagnostic BadName(Location place, string what, string name, string rule) => new(
        "TP1047",
        Severity.Error,
        $"`{name}` can't be {what}",
        place,
        Notes: [$"a name has {rule}"]);

    /// <summary>A key that must be there is not.</summary>
    public static Diagnostic MissingKey(Location place, string subject, string keys) => new(
        "TP1048",
        Severity.Error,
        $"{subject} needs {keys}",
        place,
        "missing here");

    /// <summary>A command whose quote is never closed, or that is empty.</summary>
    public static Diagnostic BadCommand(Location place, string what, string problem) => new(
        "TP1049",
        Severity.Error,
        $"{what} is no command: {problem}",
        place,
        Help: "close the quote, or write the command as a list of arguments");

    /// <summary>A health check test of the wrong shape.</summary>
    public static Diagnostic BadHealthcheck(Location place, string problem) => new(
        "TP1050",
        Severity.Error,
        $"this health check can't be run: {problem}",
        place,
        Help: "write a text, or a list that begins with CMD, CMD-SHELL or NONE");

    /// <summary>An environment variable without a value anywhere.</summary>
    public static Diagnostic EnvironmentWithoutValue(Location place, string name) => new(
        "TP1051",
        Severity.Warning,
        $"the variable `{name}` is given no value and is left out",
        place,
        "no value",
        Notes: ["a name alone takes its value from the commit's .env, never from the machine that runs Towpath"],
        Help: $"write `{name}: value`, or add it to .env");

    /// <summary>A reference to something that is not declared.</summary>
    public static Diagnostic UndefinedReference(Location place, string kind, string name, IEnumerable<string> known) => new(
        "TP1060",
        Severity.Error,
        $"there is no {kind} `{name}`",
        place,
        "not declared",
        Help: Suggest.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : $"declare the {kind}, or remove the reference",
        Fix: Fix.Rename(place, name, Suggest.Only(name, known)));

    /// <summary>Services that wait for each other.</summary>
    public static Diagnostic DependencyCycle(Location place, IEnumerable<string> path) => new(
        "TP1061",
        Severity.Error,
        $"services wait for each other: {string.Join(" -> ", path)}",
        place,
        "closes the circle",
        Help: "remove one of these `depends_on`");

    /// <summary>A service without an image.</summary>
    public static Diagnostic NothingToRun(Location place, string service) => new(
        "TP1062",
        Severity.Error,
        $"the service `{service}` has neither `image` nor `build`",
        place,
        Help: "name an image, or the folder of its Dockerfile");

    /// <summary>An application without services.</summary>
    public static Diagnostic NoServices(Location place) => new(
        "TP1063",
        Severity.Error,
        "there is no service to run",
        place,
        Help: "add `services:` with at least one service that is not in an inactive profile");

    /// <summary>A path outside the project.</summary>
    public static Diagnostic LeavesProject(Location place, string what, string path) => new(
        "TP1064",
        Severity.Error,
        $"{what} leaves the project: `{path}`",
        place,
        Notes: ["a release is made from a commit, so everything that it needs must be in the commit"],
        Help: "move it into the project and commit it");

    /// <summary>A path that the commit does not have.</summary>
    public static Diagnostic NotInCommit(Location place, string what, string path) => new(
        "TP1065",
        Severity.Error,
        $"{what} is not in the commit: `{path}`",
        place,
        "not there",
        Notes: ["a release is made from the commit, not from the working folder"],
        Help: "check the path; commit the file, and see that .gitignore does not name it");

    /// <summary>Host ports of a service that has no public route.</summary>
    public static Diagnostic PortsNotPublished(Location place, string service) => new(
        "TP1066",
        Severity.Warning,
        $"the ports of `{service}` are not opened on the host",
        place,
        "reachable inside the environment only",
        Notes: ["an environment has one public port, its gateway's; several environments on one machine could not share host ports"],
        Help: "give the service an `x-towpath.route`, or write `expose` to say that it is internal");

    /// <summary>Several networks are one network here.</summary>
    public static Diagnostic NetworksJoined(Location place, IEnumerable<string> names) => new(
        "TP1067",
        Severity.Warning,
        $"the networks {string.Join(", ", names)} become one network per environment",
        place,
        "not kept apart",
        Notes: ["services of these networks can reach each other, though the file keeps them apart"]);

    /// <summary>More entries than Towpath carries.</summary>
    public static Diagnostic TooMany(Location place, string what, int limit) => new(
        "TP1069",
        Severity.Error,
        $"there are more than {limit} {what}",
        place,
        "one too many",
        Help: "split the application");

    /// <summary>Two mounts at the same place of a container.</summary>
    public static Diagnostic SameMountTarget(Location place, string target) => new(
        "TP1068",
        Severity.Error,
        $"two mounts have the same target `{target}`",
        place,
        "the second",
        Help: "remove one of them");
}
