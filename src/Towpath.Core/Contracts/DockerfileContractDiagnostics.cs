using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>TP21xx: what rules find in Dockerfiles. Severity, reason and the usual fix come from the rule.</summary>
public static class DockerfileContractDiagnostics
{
    /// <summary>TP2101: a base image without a tag, or with <c>latest</c>.</summary>
    public static Diagnostic BaseImageLoose(Location place, string image, string looseness) =>
        ContractFinding.Of("TP2101", place, $"the base image `{image}` {looseness}", "which version?");

    /// <summary>TP2102: the image runs as root.</summary>
    public static Diagnostic RunsAsRoot(Location place, bool isSaid) =>
        ContractFinding.Of("TP2102", place, "the image runs as root", isSaid ? "root at the end" : "no `USER` follows");

    /// <summary>TP2103: a credential in a layer.</summary>
    public static Diagnostic SecretInImage(Location place, string what) =>
        ContractFinding.Of("TP2103", place, $"{what} ends up in the image", "readable by everyone who has the image");

    /// <summary>TP2104: a build variable that is named like a secret.</summary>
    public static Diagnostic SecretBuildVariable(Location place, string instruction, string name) =>
        ContractFinding.Of("TP2104", place, $"`{name}` in {instruction} looks like a secret");

    /// <summary>TP2105: package lists or caches stay in the layer.</summary>
    public static Diagnostic PackageListsStay(Location place, string program, string clean) =>
        ContractFinding.Of("TP2105", place, $"what `{program}` downloads stays in the layer", "not cleaned in this RUN", clean);

    /// <summary>TP2106: a command that a shell wraps.</summary>
    public static Diagnostic ShellForm(Location place, string instruction, bool isBrokenJson) => ContractFinding.Of(
        "TP2106",
        place,
        $"`{instruction}` is in shell form",
        isBrokenJson ? "no JSON: a shell runs this text" : null,
        isBrokenJson ? "write the list with double quotes: `[\"program\", \"argument\"]`" : null);

    /// <summary>TP2107: the whole folder is copied; without an ignore file, or with one that lets something through that has no business in an image.</summary>
    public static Diagnostic WholeFolderCopied(Location place, string file, IEnumerable<string> through) =>
        string.Join(", ", through) is { Length: > 0 } paths
            ? WholeFolder(place, $"the whole folder is copied, and {file} lets {paths} through", $"add {paths} to {file}")
            : WholeFolder(place, $"the whole folder is copied, and there is no {file}", null);

    /// <summary>TP2108: the Dockerfile tells of another port than the Compose file.</summary>
    public static Diagnostic ExposeDiffers(Location place, int port, string exposed, string service) =>
        ContractFinding.Of("TP2108", place, $"`{service}` is asked on port {port}, and the image exposes {exposed}", "not this port", $"say `EXPOSE {port}`, or ask the port that the service listens on");

    /// <summary>TP2109: the source is copied before the dependencies are installed.</summary>
    public static Diagnostic LayersOutOfOrder(Location place, string command, int line) =>
        ContractFinding.Of("TP2109", place, $"all files are copied before `{command}` in line {line}", "any change of a file repeats the installation");

    /// <summary>TP2110: a file is fetched by <c>ADD</c>.</summary>
    public static Diagnostic AddFetches(Location place) => ContractFinding.Of("TP2110", place, "`ADD` fetches from the network what nobody checks");

    /// <summary>TP2111: packages are upgraded in a build.</summary>
    public static Diagnostic PackagesUpgraded(Location place, string command) => ContractFinding.Of("TP2111", place, $"`{command}` upgrades whatever there is on that day");

    /// <summary>TP2112: an installation that asks.</summary>
    public static Diagnostic InstallAsks(Location place, string program) => ContractFinding.Of("TP2112", place, $"`{program} install` asks before it goes on", "nobody answers");

    /// <summary>TP2113: an installation with all that is recommended.</summary>
    public static Diagnostic InstallsRecommended(Location place, string program) => ContractFinding.Of("TP2113", place, $"`{program} install` brings recommended packages along");

    /// <summary>TP2114: sudo in a build.</summary>
    public static Diagnostic Sudo(Location place) => ContractFinding.Of("TP2114", place, "`sudo` in a build");

    /// <summary>TP2115: a folder changed by a command.</summary>
    public static Diagnostic ChangesFolder(Location place, string folder) =>
        ContractFinding.Of("TP2115", place, $"`cd {folder}` holds for this RUN only", help: $"say `WORKDIR {folder}` before it");

    /// <summary>TP2116: a command that a later one replaces.</summary>
    public static Diagnostic Replaced(Location place, string instruction, int line) =>
        ContractFinding.Of("TP2116", place, $"this `{instruction}` has no effect: the one in line {line} replaces it", "no effect");

    /// <summary>TP2117: an instruction that nobody knows.</summary>
    public static Diagnostic UnknownInstruction(Location place, string name, IEnumerable<string> known) =>
        ContractFinding.Of("TP2117", place, $"there is no instruction `{name}`", "not known", Suggest.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : null);

    /// <summary>TP2118: files are taken from a stage that is not there.</summary>
    public static Diagnostic UnknownStage(Location place, string name, string why, string? near) =>
        ContractFinding.Of("TP2118", place, $"there is no stage `{name}` {why}", "not known", near is null ? null : $"did you mean `{near}`?");

    /// <summary>TP2119: the target of a build or test is not there.</summary>
    public static Diagnostic UnknownTarget(Location place, string target, string file, IEnumerable<string> known) =>
        ContractFinding.Of("TP2119", place, $"{file} has no stage `{target}`", help: Suggest.Nearest(target, known) is { } near ? $"did you mean `{near}`?" : null);

    /// <summary>TP2120: a builder will refuse the Dockerfile.</summary>
    public static Diagnostic NotBuildable(Location place, string message) => ContractFinding.Of("TP2120", place, $"the Dockerfile can't be built: {message}");

    private static Diagnostic WholeFolder(Location place, string headline, string? help) => ContractFinding.Of("TP2107", place, headline, "copies all there is", help);
}
