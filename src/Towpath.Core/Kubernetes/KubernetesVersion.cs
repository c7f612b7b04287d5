using System.Globalization;

namespace Towpath.Core.Kubernetes;

/// <summary>Version of a cluster's API server.</summary>
/// <param name="Major">1.</param>
/// <param name="Minor">Such as 33.</param>
public readonly record struct KubernetesVersion(int Major, int Minor)
{
    /// <summary>What is rendered for where nobody says otherwise.</summary>
    public static KubernetesVersion Current { get; } = new(1, 34);

    /// <summary>The oldest that is rendered for: server-side apply is there from then on.</summary>
    public static KubernetesVersion Oldest { get; } = new(1, 20);

    /// <summary>Reads <c>1.33</c>, <c>v1.33.2</c> and <c>1.20+</c>; null for anything else.</summary>
    public static KubernetesVersion? Parse(string text)
    {
        var parts = text.TrimStart('v').Split('.');
        return parts.Length is 2 or 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1].TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new KubernetesVersion(major, minor)
            : null;
    }

    /// <summary>Whether it is that minor version of 1 or a later one.</summary>
    public bool IsAtLeast(int minor) => Major > 1 || Minor >= minor;

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";
}
