namespace Towpath.Engines.Containers;

/// <summary>
/// A container of Podman's that has storage and no record: its service was killed while it made it. The name is taken, nothing that Podman lists has it,
/// and removing by that name is what frees it.
/// </summary>
internal static class HalfCreated
{
    /// <summary>A refusal to make a container speaks of such a one, or of a whole one of that name.</summary>
    public static bool IsToldBy(string message) =>
        message.Contains("creating container storage", StringComparison.Ordinal) && message.Contains("is already in use by", StringComparison.Ordinal);
}
