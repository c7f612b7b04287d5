using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>TP1xxx, fourth part: what the keys of one resource say together, and the items of its lists.</summary>
public static class ModelDiagnostics
{
    /// <summary>An external resource named in two ways.</summary>
    public static Diagnostic NamedTwice(Location place, string resource) => new(
        "TP1070",
        Severity.Error,
        $"`{resource}` is given two names",
        place,
        "differs from `name`",
        Notes: ["`external.name` is the old way to say `name`"],
        Help: "keep `name`, and write `external: true`");

    /// <summary>A variable whose name ends in a space.</summary>
    public static Diagnostic TrailingSpace(Location place, string name) => new(
        "TP1055",
        Severity.Error,
        $"the name of the variable `{name}` ends in a space",
        place,
        Help: "remove the space before `=`");

    /// <summary>An extra host without a name or an address.</summary>
    public static Diagnostic BadHost(Location place) => new(
        "TP1056",
        Severity.Error,
        "an extra host needs a name and an address",
        place,
        Help: "write NAME=ADDRESS");

    /// <summary>A device mapping with too many parts.</summary>
    public static Diagnostic BadDevice(Location place) => new(
        "TP1057",
        Severity.Error,
        "a device has more than three parts",
        place,
        Help: "write SOURCE:TARGET:PERMISSIONS, or its long form with `source`, `target` and `permissions`");

    /// <summary>An external volume with keys that only the owner of a volume may set.</summary>
    public static Diagnostic ExternalAndMore(Location place, string volume, string key) => new(
        "TP1071",
        Severity.Error,
        $"`{volume}` is external, so `{key}` can't be set",
        place,
        "belongs to whoever makes the volume",
        Help: $"remove `{key}`, or `external`");

    /// <summary>A secret or config with more than one source.</summary>
    public static Diagnostic SeveralSources(Location place, string resource, string keys) => new(
        "TP1072",
        Severity.Error,
        $"`{resource}` has more than one source",
        place,
        "the second",
        Help: $"keep one of {keys}");

    /// <summary>A secret or config without a source.</summary>
    public static Diagnostic NoSource(Location place, string resource, string keys) => new(
        "TP1073",
        Severity.Error,
        $"`{resource}` says nowhere what it holds",
        place,
        Help: $"set one of {keys}, or `external: true`");

    /// <summary>An address that is none.</summary>
    public static Diagnostic BadAddress(Location place, string what) => new(
        "TP1074",
        Severity.Error,
        $"{what} is no IP address",
        place,
        Help: "write an address of IPv4 or IPv6, not a name");

    /// <summary>Devices by number and by name at once.</summary>
    public static Diagnostic CountAndIds(Location place) => new(
        "TP1075",
        Severity.Error,
        "a device request can't have both `count` and `device_ids`",
        place,
        Help: "keep one of them");

    /// <summary>A path left empty.</summary>
    public static Diagnostic EmptyPath(Location place, string what) => new(
        "TP1076",
        Severity.Error,
        $"{what} must not be empty",
        place,
        Help: "write a path");

    /// <summary>A format of files of variables that no one knows.</summary>
    public static Diagnostic UnknownFormat(Location place, string format) => new(
        "TP1058",
        Severity.Error,
        $"there is no format `{format}` of env_file",
        place,
        Help: "write `raw`, or leave `format` out");

    /// <summary>A file that must be there is not.</summary>
    public static Diagnostic FileMissing(Location place, string key, string path, bool isThere) => new(
        "TP1059",
        Severity.Error,
        isThere ? $"the {key} `{path}` can't be read" : $"the {key} `{path}` is not there",
        place,
        isThere ? "no file to be read" : "not there",
        Help: key == "env_file" ? "check the path, or write `required: false` in its long form" : "check the path");

    /// <summary>A file outside the project.</summary>
    public static Diagnostic FileOutside(Location place, string key, string path) => ValueDiagnostics.LeavesProject(place, key, path);
}
