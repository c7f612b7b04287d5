using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Versions;

/// <summary>Orders versions as those do who number them.</summary>
public static class VersionOrder
{
    /// <summary>Less than, equal to or greater than zero; null where one of them is no version of that kind.</summary>
    public static int? Compare(PackageKind kind, string left, string right) => kind switch
    {
        PackageKind.Deb => DpkgVersion.Compare(left, right),
        PackageKind.Apk => AlpineVersion.Compare(left, right),
        PackageKind.Npm => SemanticVersion.Compare(left, right),
        PackageKind.PyPi => PythonVersion.Compare(left, right),
        PackageKind.NuGet => NuGetVersion.Compare(left, right),
        _ => null,
    };
}
