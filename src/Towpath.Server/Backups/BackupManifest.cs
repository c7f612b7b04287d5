using System.Text.Json.Serialization;

namespace Towpath.Server.Backups;

/// <summary>The first file of a backup: what it is.</summary>
/// <param name="Format">Version of the form of backups; a reader refuses those that it does not know.</param>
/// <param name="MadeAt">When.</param>
/// <param name="Facts">Facts in its journal.</param>
/// <param name="Seal">Seal of the last of them.</param>
public sealed record BackupManifest(int Format, DateTimeOffset MadeAt, long Facts, string Seal)
{
    /// <summary>The form that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Its name in the archive.</summary>
    public const string FileName = "backup.json";
}

/// <summary>How manifests are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
public sealed partial class BackupJson : JsonSerializerContext;
