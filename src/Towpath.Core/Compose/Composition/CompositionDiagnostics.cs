using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>TP1017 to TP1019 and TP1080 to TP1099: what goes wrong when files become one project.</summary>
public static class CompositionDiagnostics
{
    /// <summary>A file, its services or one of them is no mapping.</summary>
    public static Diagnostic NotAMapping(Location place, string what, string found) => new(
        "TP1017",
        Severity.Error,
        $"{what} must be a mapping, but this is {found}",
        place,
        "expected a mapping",
        Help: "write `name: value` lines; a line that begins with `-` makes a list");

    /// <summary>Two files give a key values that don't go together.</summary>
    public static Diagnostic CannotMerge(Location place, string found, string earlier, Location earlierPlace) => new(
        "TP1018",
        Severity.Error,
        $"{found} can't be merged with {earlier}",
        place,
        Notes: [$"{earlier} stands at {earlierPlace}, and is overridden here"],
        Help: "write both in the same form, or mark this one with `!override` so that it replaces the other");

    /// <summary>An item of a list has nothing to tell it apart from the others.</summary>
    public static Diagnostic ItemWithoutKey(Location place, string list, string expected, string found) => new(
        "TP1019",
        Severity.Error,
        $"an entry of `{list}` must be or have {expected}, but this is {found}",
        place,
        $"expected {expected}",
        Notes: ["it is told apart from the other entries by this, so that a later file can override it"]);

    /// <summary>A file that another one names is not there.</summary>
    public static Diagnostic MissingFile(Location place, string what, string path) => new(
        "TP1080",
        Severity.Error,
        $"{what} is not there: {path}",
        place,
        "not found",
        Help: "check the path, and from which folder it counts");

    /// <summary><c>extends</c> does not say which service.</summary>
    public static Diagnostic ExtendsWithoutService(Location place, string service) => new(
        "TP1081",
        Severity.Error,
        $"`extends` of `{service}` needs `service`",
        place,
        "which service?",
        Help: "write `extends: { service: NAME }`, with `file: PATH` where it stands in another file");

    /// <summary>A reference to another machine.</summary>
    public static Diagnostic RemoteReference(Location place, string what) => new(
        "TP1082",
        Severity.Error,
        $"{what} names something on another machine, which is not supported",
        place,
        "remote",
        Notes: ["git, OCI and web addresses are not followed: what is read must not change while the files stay the same"],
        Help: "copy the file into the project and name its path");

    /// <summary>The service that another one extends is not there.</summary>
    public static Diagnostic NothingToExtend(Location place, string service, string file, IEnumerable<string> known) => new(
        "TP1083",
        Severity.Error,
        $"there is no service `{service}` in {file} to extend",
        place,
        "not there",
        Help: Suggest.Nearest(service, known) is { } near ? $"did you mean `{near}`?" : null);

    /// <summary>Services that extend each other, or files that include each other.</summary>
    public static Diagnostic Circle(Location place, string verb, IEnumerable<string> chain) => new(
        "TP1084",
        Severity.Error,
        $"this {verb} itself: {string.Join($" {verb} ", chain)}",
        place,
        "closes the circle",
        Help: "remove one of the references");

    /// <summary><c>include</c> or <c>extends</c> of the wrong shape.</summary>
    public static Diagnostic BadReference(Location place, string what, string expected, string found) => new(
        "TP1085",
        Severity.Error,
        $"{what} must be {expected}, but this is {found}",
        place,
        $"expected {expected}");

    /// <summary>More files than are read, or a longer chain of references than is followed.</summary>
    public static Diagnostic TooManyFiles(Location place, string what, int limit) => new(
        "TP1086",
        Severity.Error,
        $"there are more than {limit} {what}",
        place,
        "not followed");

    /// <summary>What was merged grows without end.</summary>
    public static Diagnostic TooMuchMerged(Location place, int limit) => new(
        "TP1087",
        Severity.Error,
        $"merging files and services writes more than {limit} values",
        place,
        Notes: ["services that extend each other in a chain, each with lists of its own, multiply"],
        Help: "extend one service with what is common instead of a chain");

    /// <summary>A file outside the folder that may be read.</summary>
    public static Diagnostic OutsideRoot(Location place, string what, string path) => new(
        "TP1088",
        Severity.Error,
        $"{what} lies outside the project: {path}",
        place,
        "outside",
        Notes: ["a path may lead out by `..`, or by a link on the way"],
        Help: "move the file into the project");

    /// <summary>Something that can't be read as a file.</summary>
    public static Diagnostic Unreadable(Location place, string what, string path, string why) => new(
        "TP1089",
        Severity.Error,
        $"{what} can't be read: {path} {why}",
        place);

    /// <summary>A name that a project can't have. The name itself is not shown: it may come from a file of variables.</summary>
    public static Diagnostic BadProjectName(string from) => new(
        "TP1090",
        Severity.Error,
        $"the project can't have the name that {from} gives it",
        Notes: ["a name has lower-case letters, digits, `-` and `_`, and begins with a letter or a digit"],
        Help: "write `name:` in the Compose file, or give one on the command line");

    /// <summary>A variable of the environment that has no effect here.</summary>
    public static Diagnostic ProjectNameOfProcess(string name) => new(
        "TP1091",
        Severity.Note,
        $"COMPOSE_PROJECT_NAME of the environment is not used: the project is `{name}`",
        Notes: ["the same files have the same name on every machine"],
        Help: "write `name:` in the Compose file, COMPOSE_PROJECT_NAME in .env, or give a name on the command line");

    /// <summary>A file or folder outside what is shipped.</summary>
    public static Diagnostic LeavesRoot(Location place, string what) => new(
        "TP1092",
        Severity.Warning,
        $"{what} lies outside the repository",
        place,
        "outside",
        Notes: ["a release is made from a commit, which does not have it"],
        Help: "move it into the repository");
}
