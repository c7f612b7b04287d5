using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Client;

/// <summary>
/// Keeps other processes out of a state folder: all of them, or, among control planes that share a store, those that do not. The kernel lets go
/// of it when the process ends, however it ends.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private const int MostTogether = 16;

    private readonly Paths _paths;
    private readonly FileStream _folder;
    private readonly FileStream? _place;

    private StateLock(Paths paths, FileStream folder, FileStream? place, int number)
    {
        (_paths, _folder, _place) = (paths, folder, place);
        Owner = place is null ? Alone : string.Create(CultureInfo.InvariantCulture, $"{Alone}#{number}");
    }

    /// <summary>Name of this control plane in leases: the same after a restart, and another than that of each that runs beside it.</summary>
    public string Owner { get; }

    private string Alone => $"{Environment.MachineName}:{_paths.State}";

    /// <summary>Takes the folder for this process alone; disposing lets go.</summary>
    /// <exception cref="DiagnosticException">Another process holds it.</exception>
    public static StateLock Take(Paths paths) =>
        new(paths, TryOpen(paths.Lock, FileAccess.ReadWrite, FileShare.None) ?? throw InUse(paths), null, 0);

    /// <summary>Takes a place beside other control planes that joined; disposing lets go.</summary>
    /// <exception cref="DiagnosticException">A process holds the folder alone, or there is no place left.</exception>
    public static StateLock Join(Paths paths)
    {
        var folder = TryOpen(paths.Lock, FileAccess.Read, FileShare.ReadWrite) ?? throw InUse(paths);
        for (var number = 1; number <= MostTogether; number++)
        {
            if (TryOpen(PlaceOf(paths, number), FileAccess.ReadWrite, FileShare.None) is { } place) return new StateLock(paths, folder, place, number);
        }

        folder.Dispose();
        throw InUse(paths);
    }

    /// <summary>Whether the process behind another owner of leases has ended for certain: it was of this machine and folder, and its place is free.</summary>
    public bool IsGone(string owner)
    {
        if (owner == Owner) return false;

        // Whoever held the folder alone can't while this process is in it.
        if (owner == Alone) return true;
        if (!owner.StartsWith(Alone + "#", StringComparison.Ordinal)) return false;
        if (!int.TryParse(owner.AsSpan(Alone.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MostTogether) return false;
        using var place = TryOpen(PlaceOf(_paths, number), FileAccess.ReadWrite, FileShare.None);
        return place is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _place?.Dispose();
        _folder.Dispose();
    }

    private static string PlaceOf(Paths paths, int number) => string.Create(CultureInfo.InvariantCulture, $"{paths.Lock}.{number}");

    private static DiagnosticException InUse(Paths paths) => new(ExitCode.Busy, CliDiagnostics.StateInUse(paths.State));

    // FileShare.None is an exclusive flock, anything else a shared one.
    private static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
