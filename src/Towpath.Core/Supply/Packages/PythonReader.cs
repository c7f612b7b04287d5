namespace Towpath.Core.Supply.Packages;

/// <summary>Reads the core metadata of an installed Python package: <c>*.dist-info/METADATA</c>, <c>*.egg-info/PKG-INFO</c> or a file <c>*.egg-info</c>.</summary>
public static class PythonReader
{
    /// <summary>The package; null where the file does not name one.</summary>
    /// <param name="text">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="warn">Takes a sentence where it can't be read.</param>
    public static Package? Read(string text, string path, Action<string> warn)
    {
        // The description follows the first empty line.
        var fields = Stanzas.Read(text).FirstOrDefault();
        if (fields?.GetValueOrDefault("Name") is not { Length: > 0 } name || fields.GetValueOrDefault("Version") is not { Length: > 0 } version)
        {
            warn($"{path}: no name or version");
            return null;
        }

        var license = fields.GetValueOrDefault("License-Expression") ?? fields.GetValueOrDefault("License");
        return new Package(PackageKind.PyPi, name, version, PackageUrl.PyPi(name, version), path)
        {
            Licenses = license is { Length: > 0 and <= 200 } and not "UNKNOWN" ? [license] : [],
        };
    }
}
