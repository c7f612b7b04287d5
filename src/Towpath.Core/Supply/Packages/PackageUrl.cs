using System.Globalization;
using System.Text;

namespace Towpath.Core.Supply.Packages;

/// <summary>
/// Package URLs as <see href="https://github.com/package-url/purl-spec">the specification</see> writes them: lower-case type, segments in
/// percent-encoding, qualifiers in the order of their keys.
/// </summary>
public static class PackageUrl
{
    /// <summary>Of a Debian or Ubuntu package: namespace and <c>distro</c> are the distribution's.</summary>
    public static string Deb(string name, string version, string? architecture, ImageSystem? system) =>
        Write("deb", system?.Id ?? "debian", name.ToLowerInvariant(), version, Qualifiers(architecture, system));

    /// <summary>Of an Alpine package.</summary>
    public static string Apk(string name, string version, string? architecture, ImageSystem? system) =>
        Write("apk", system?.Id ?? "alpine", name.ToLowerInvariant(), version, Qualifiers(architecture, system));

    /// <summary>Of an npm package; the scope is the namespace.</summary>
    public static string Npm(string? scope, string name, string version) => Write("npm", scope, name, version, []);

    /// <summary>Of a Python package; its name in lower case, with <c>-</c> for <c>_</c>.</summary>
    public static string PyPi(string name, string version) => Write("pypi", null, name.ToLowerInvariant().Replace('_', '-'), version, []);

    /// <summary>Of a NuGet package.</summary>
    public static string NuGet(string name, string version) => Write("nuget", null, name, version, []);

    private static IEnumerable<(string Key, string Value)> Qualifiers(string? architecture, ImageSystem? system)
    {
        if (architecture is { Length: > 0 }) yield return ("arch", architecture);
        if (system is not null) yield return ("distro", system.Distro);
    }

    private static string Write(string type, string? space, string name, string version, IEnumerable<(string Key, string Value)> qualifiers)
    {
        var url = new StringBuilder("pkg:").Append(type).Append('/');
        if (space is not null) url.Append(Encode(space)).Append('/');
        url.Append(Encode(name)).Append('@').Append(Encode(version));
        var separator = '?';
        foreach (var (key, value) in qualifiers)
        {
            url.Append(separator).Append(key).Append('=').Append(Encode(value));
            separator = '&';
        }

        return url.ToString();
    }

    /// <summary>Letters, digits, <c>. - _ ~</c> and the colon stay as they are; all else is encoded byte by byte.</summary>
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || ".-_~:".Contains((char)value)) encoded.Append((char)value);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }
}
