using Towpath.Core.Diagnostics;

namespace Towpath.Core.Supply;

/// <summary>TP4750 to TP4789: what releases are made of, and what is known against it.</summary>
public static class SupplyDiagnostics
{
    /// <summary>TP4750: what is to be imported can't be read.</summary>
    public static Diagnostic CantImport(string path, string why) => Error(
        "TP4750", $"{path} can't be imported", [why], "give a file of OSV's in JSON, a zip of them (`all.zip` of an ecosystem), or a folder with either");

    /// <summary>TP4751: nothing of use is in it.</summary>
    public static Diagnostic NothingImported(string path, int files) => Error(
        "TP4751", $"{path} holds no advisory about packages that Towpath finds",
        [$"{files} files were looked at", "Towpath finds packages of Debian, Ubuntu, Alpine, Wolfi, Chainguard, npm, PyPI and NuGet"], "import the database of one of these ecosystems");

    /// <summary>TP4752: a file that is no record of OSV; the others are imported.</summary>
    public static Diagnostic BadRecord(string file, string why) => new(
        "TP4752", Severity.Warning, $"{file} is no record of OSV", Notes: [why], Help: "fetch the database anew; what else is in it was imported");

    /// <summary>TP4753: the release has no statement of where it comes from.</summary>
    public static Diagnostic NoProvenance(string release) => Error(
        "TP4753", $"nothing says where {release} comes from", ["it was made before Towpath stated provenance, or nothing was built for it"], "ship its next commit: its release will have a statement");

    /// <summary>TP4754: the statement proves nothing.</summary>
    public static Diagnostic ProvenanceBroken(string release, string why) => Error(
        "TP4754", $"the provenance of {release} proves nothing", [why], "find out who wrote to the store, and ship the commit again from a clean one");

    /// <summary>TP4755: the file system of an image can't be read.</summary>
    public static Diagnostic ImageNotRead(string release, string service, string why) => Error(
        "TP4755", $"the image of {service} in {release} can't be read", [why], "see `towpath doctor`; where the image is gone, ship the commit again");

    /// <summary>TP4756: the release has no such service.</summary>
    public static Diagnostic UnknownService(string release, string service, IEnumerable<string> services) => Error(
        "TP4756", $"{release} has no service \"{service}\"", [$"its services are {string.Join(", ", services)}"], Suggest.Nearest(service, services) is { } near ? $"did you mean `{near}`?" : "name one of these");

    /// <summary>TP4757: the application has no release yet.</summary>
    public static Diagnostic NoRelease(string application) => Error(
        "TP4757", $"{application} has no release", ["no pipeline of it has ended well"], "ship a commit: `towpath ship`");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
