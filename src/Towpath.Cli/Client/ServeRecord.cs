using System.Globalization;
using System.Text.Json;
using Towpath.Cli.Host;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>The running control plane, as it wrote itself down in the state folder.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Born">When the kernel started it, in clock ticks since boot: a process that got the same number later differs here.</param>
/// <param name="Url">Where its API answers.</param>
internal sealed record ServeRecord(int Pid, long Born, string Url)
{
    /// <summary>The record of a process that lives, or null.</summary>
    public static ServeRecord? ReadLiving(Paths paths)
    {
        try
        {
            var record = JsonSerializer.Deserialize<ServeRecord>(File.ReadAllText(paths.ServeRecord), ApiJson.Options);
            return record is not null && record.IsAlive() ? record : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes down this process.</summary>
    public static void Write(Paths paths, string url)
    {
        var pid = Environment.ProcessId;
        Paths.WritePrivate(paths.ServeRecord, JsonSerializer.Serialize(new ServeRecord(pid, BirthOf(pid) ?? 0, url), ApiJson.Options));
    }

    /// <summary>Whether the process that wrote it still runs.</summary>
    public bool IsAlive() => BirthOf(Pid) == Born;

    /// <summary>Asks it to end, waits, and insists in the end. False where it had ended already.</summary>
    public async Task<bool> StopAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!IsAlive() || !Native.Signal(Pid, Native.Terminate))
        {
            return false;
        }

        var deadline = time.GetUtcNow() + patience;
        while (IsAlive())
        {
            if (time.GetUtcNow() > deadline)
            {
                Native.Signal(Pid, Native.Kill);
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        return true;
    }

    // Field 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets, so count from its end. A zombie counts as ended.
    private static long? BirthOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
