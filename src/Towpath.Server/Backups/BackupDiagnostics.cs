using Towpath.Core.Diagnostics;

namespace Towpath.Server.Backups;

/// <summary>What goes wrong with backups of the state folder: TP7020 to TP7029.</summary>
public static class BackupDiagnostics
{
    /// <summary>TP7020: there is no state to back up.</summary>
    public static Diagnostic NothingToBackUp(string folder) => new(
        "TP7020", Severity.Error, $"{folder} is no state folder: it has no {StateArchive.StoreFile}",
        Help: "Name the right one with `--state-dir`; `towpath up` shows it.");

    /// <summary>TP7021: a file that is no backup, or not a whole one.</summary>
    public static Diagnostic NotABackup(string file, string why) => new(
        "TP7021", Severity.Error, $"{file} is not a backup that can be restored: {why}",
        Notes: ["Nothing was changed."], Help: "Use another backup; `towpath backup` writes them.");

    /// <summary>TP7022: a restore would replace what is there.</summary>
    public static Diagnostic WouldReplace(string folder) => new(
        "TP7022", Severity.Error, $"{folder} has state already",
        Notes: ["What happened there after the backup would be forgotten."], Help: "Restore into another `--state-dir`, or say `--replace`: the store of now is kept beside the new one.");

    /// <summary>TP7023: the backup would replace a file.</summary>
    public static Diagnostic FileExists(string file) => new(
        "TP7023", Severity.Error, $"{file} exists already", Help: "Name another file.");
}
