namespace Towpath.Core.Supply.Packages;

/// <summary>What a file of an image says about packages.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Which distribution it is.</summary>
    System,

    /// <summary>Packages that dpkg installed.</summary>
    Dpkg,

    /// <summary>Files of one of them.</summary>
    DpkgList,

    /// <summary>Licences of one of them.</summary>
    Copyright,

    /// <summary>Packages that apk installed.</summary>
    Apk,

    /// <summary>An installed npm package.</summary>
    Npm,

    /// <summary>npm packages that are to be installed.</summary>
    NpmLock,

    /// <summary>An installed Python package.</summary>
    Python,

    /// <summary>NuGet packages of a program.</summary>
    NuGet,

    /// <summary>That rpm installed packages.</summary>
    Rpm,
}

/// <summary>Tells files apart by their paths.</summary>
internal static class FileKinds
{
    /// <summary>Kind of a file.</summary>
    public static FileKind Of(string path) => path switch
    {
        "etc/os-release" or "usr/lib/os-release" => FileKind.System,
        "var/lib/dpkg/status" => FileKind.Dpkg,
        "lib/apk/db/installed" or "usr/lib/apk/db/installed" => FileKind.Apk,
        "var/lib/rpm/rpmdb.sqlite" or "usr/lib/sysimage/rpm/rpmdb.sqlite" or "var/lib/rpm/Packages" => FileKind.Rpm,
        _ => OfName(path),
    };

    private static FileKind OfName(string path)
    {
        if (path.StartsWith("var/lib/dpkg/status.d/", StringComparison.Ordinal)) return path.EndsWith(".md5sums", StringComparison.Ordinal) ? FileKind.None : FileKind.Dpkg;
        if (path.StartsWith("var/lib/dpkg/info/", StringComparison.Ordinal)) return path.EndsWith(".list", StringComparison.Ordinal) ? FileKind.DpkgList : FileKind.None;
        if (path.StartsWith("usr/share/doc/", StringComparison.Ordinal)) return path.EndsWith("/copyright", StringComparison.Ordinal) && path.Count(c => c == '/') == 4 ? FileKind.Copyright : FileKind.None;
        if (path.EndsWith("/package.json", StringComparison.Ordinal)) return IsInstalled(path) ? FileKind.Npm : FileKind.None;
        if (path == "package-lock.json" || path.EndsWith("/package-lock.json", StringComparison.Ordinal)) return path.Contains("node_modules/", StringComparison.Ordinal) ? FileKind.None : FileKind.NpmLock;
        if (path.EndsWith(".dist-info/METADATA", StringComparison.Ordinal) || path.EndsWith(".egg-info/PKG-INFO", StringComparison.Ordinal) || path.EndsWith(".egg-info", StringComparison.Ordinal)) return FileKind.Python;
        return path.EndsWith(".deps.json", StringComparison.Ordinal) ? FileKind.NuGet : FileKind.None;
    }

    /// <summary><c>.../node_modules/NAME/package.json</c> or <c>.../node_modules/@SCOPE/NAME/package.json</c>, and no deeper.</summary>
    private static bool IsInstalled(string path)
    {
        var parts = path.Split('/');
        return (parts.Length >= 3 && parts[^3] == "node_modules" && !parts[^2].StartsWith('@'))
            || (parts.Length >= 4 && parts[^4] == "node_modules" && parts[^3].StartsWith('@'));
    }
}
