namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 12: what Compose takes for granted is written down.</summary>
internal static class Defaults
{
    /// <summary>The same model with defaults.</summary>
    public static YamlMapping Apply(YamlMapping model, string projectName) => model;
}
