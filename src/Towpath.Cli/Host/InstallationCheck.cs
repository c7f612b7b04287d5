using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Towpath.Cli.Client;
using Towpath.Core.Configuration;
using Towpath.Server.Backups;
using Towpath.Server.Storage;

namespace Towpath.Cli.Host;

/// <summary>Looks at a control plane's own files, store, clock and port. Changes nothing.</summary>
internal static class InstallationCheck
{
    private const long NeededDisk = 1L << 30;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // No clock that is right shows an earlier time to this program; one whose battery is dead shows 1970 or the day it was made.
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MostBack = TimeSpan.FromMinutes(5);

    /// <summary>All checks.</summary>
    /// <param name="paths">Whose.</param>
    /// <param name="postgres">How PostgreSQL is reached; null for SQLite in the state folder.</param>
    /// <param name="port">Port that the control plane would listen on.</param>
    /// <param name="isFree">Whether a port can be listened on.</param>
    /// <param name="now">What the clock says.</param>
    public static IReadOnlyList<HostFinding> Run(Paths paths, Secret? postgres, int port, Func<int, bool> isFree, DateTimeOffset now) =>
        [Files(paths), Store(paths, postgres), Disk(paths.State), Clock(paths, now), Port(paths, port, isFree)];

    /// <summary>Whether a port of 127.0.0.1 can be listened on.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static HostFinding Files(Paths paths)
    {
        string[] secret = [paths.Token, paths.Session, paths.SecretKeys];
        var open = secret.Where(File.Exists).Where(file => (File.GetUnixFileMode(file) & Others) != UnixFileMode.None).ToList();
        if (open.Count > 0) return new HostFinding("secret files", false, $"others may read {string.Join(" and ", open)}", $"chmod 600 {string.Join(' ', open)}");
        return Directory.Exists(paths.State) && (File.GetUnixFileMode(paths.State) & Others) != UnixFileMode.None
            ? new HostFinding("secret files", false, $"others may enter {paths.State}", $"chmod 700 {paths.State}")
            : new HostFinding("secret files", true, "only their owner may read them", null);
    }

    private static HostFinding Store(Paths paths, Secret? postgres)
    {
        if (postgres is null) return new HostFinding("store", true, $"SQLite in {paths.State}", null);
        return PostgresStore.WhyUnreachable(postgres) is { } why
            ? new HostFinding("store", false, $"PostgreSQL: {why}", "start it, or mend `storage` in server.yaml; towpath serve --check")
            : new HostFinding("store", true, "PostgreSQL answers", null);
    }

    private static HostFinding Disk(string state)
    {
        var folder = state;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent) folder = parent;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{free >> 20} MiB free for {state}");
        return free >= NeededDisk
            ? new HostFinding("room for state", true, detail, null)
            : new HostFinding("room for state", false, string.Create(CultureInfo.InvariantCulture, $"{detail}, of {NeededDisk >> 20} wanted"), "free some, or take another folder with --state-dir");
    }

    private static HostFinding Clock(Paths paths, DateTimeOffset now)
    {
        var store = Path.Combine(paths.State, StateArchive.StoreFile);
        var written = File.Exists(store) ? new DateTimeOffset(File.GetLastWriteTimeUtc(store), TimeSpan.Zero) : Earliest;
        var time = now.ToString("u", CultureInfo.InvariantCulture);
        return now < Earliest || now + MostBack < written
            ? new HostFinding("clock", false, $"{time} can't be right: {(now < Earliest ? "this program is younger" : "the store was written later")}", "timedatectl set-ntp true")
            : new HostFinding("clock", true, time, null);
    }

    private static HostFinding Port(Paths paths, int port, Func<int, bool> isFree) => ServeRecord.ReadLiving(paths) is { } running
        ? new HostFinding("port", true, $"the control plane answers at {running.Url}", null)
        : isFree(port)
            ? new HostFinding("port", true, string.Create(CultureInfo.InvariantCulture, $"{port} is free"), null)
            : new HostFinding("port", false, string.Create(CultureInfo.InvariantCulture, $"another program listens on {port}"), "set TOWPATH_PORT to a free one, or give towpath up or serve a --port");
}
