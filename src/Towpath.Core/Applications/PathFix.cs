using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>The fix of a path that only lacks its first character.</summary>
internal static class PathFix
{
    /// <summary>Puts the slash in front; null where more is wrong with the path than that.</summary>
    public static Fix? LeadingSlash(Location place, string path) =>
        path.Length > 0 && char.IsAsciiLetterOrDigit(path[0])
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
        && !path.Split('/')[0].Contains('.') // A host: more is wrong with it.
            ? Fix.Prefix(place, path, "/")
            : null;
}
