using System.Globalization;
using System.Runtime.InteropServices;

namespace Towpath.Cli.Host;

/// <summary>The few calls of the C library that .NET has no word for.</summary>
internal static partial class Native
{
    private const string Descriptors = "/proc/self/fd";
    private const int ReadOnly = 0;
    private const int AppendOrCreate = 0x1 | 0x40 | 0x400;
    private const int OwnerReadWrite = 0x180;

    /// <summary>Asks a process to end.</summary>
    public const int Terminate = 15;

    /// <summary>Ends a process.</summary>
    public const int Kill = 9;

    /// <summary>
    /// Leaves the terminal and the caller's pipes: a session of its own, standard input from nothing, output to the end of a file.
    /// </summary>
    public static void Detach(string logFile)
    {
        var callers = Enumerable.Range(0, 3).Select(Target).ToHashSet();

        // Fails only where the process leads its group already, and then it has no terminal to lose.
        _ = setsid();
        Redirect(open("/dev/null", ReadOnly, 0), 0);
        var log = open(logFile, AppendOrCreate, OwnerReadWrite);
        Redirect(log, 1);
        Redirect(log, 2);

        // The runtime keeps copies of the three that it was started with: a pipe would never see its end while they are open.
        foreach (var file in Directory.GetFileSystemEntries(Descriptors))
        {
            if (int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var copy) && copy > 2 && Target(copy) is { } target && callers.Contains(target))
            {
                Redirect(log, copy);
            }
        }
    }

    /// <summary>Sends a signal; false where there is no such process.</summary>
    public static bool Signal(int pid, int signal) => kill(pid, signal) == 0;

    private static string? Target(int descriptor) => new FileInfo($"{Descriptors}/{descriptor}").LinkTarget;

    private static void Redirect(int from, int to)
    {
        if (from < 0 || dup2(from, to) < 0)
        {
            throw new IOException($"can't redirect descriptor {to}: error {Marshal.GetLastPInvokeError()}");
        }
    }

#pragma warning disable SA1300, IDE1006 // The C library's own names.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
#pragma warning restore SA1300, IDE1006
}
