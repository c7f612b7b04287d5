namespace Towpath.Core.Compose.Printing;

/// <summary>A project as JSON, keys in order.</summary>
public static class CanonicalJson
{
    /// <summary>Writes it as UTF-8.</summary>
    public static void Write(ComposeProject project, Stream stream) => ArgumentNullException.ThrowIfNull(stream);
}
