using System.Security.Cryptography;
using System.Text;

namespace Towpath.Engines.Secrets;

/// <summary>
/// The folder where opened values lie for containers to mount: in memory where this machine has a place for that, and gone when it restarts. Its name can't be
/// guessed, and is another one after each start of the machine, so that nobody makes it before us.
/// </summary>
public static class ShownSecrets
{
    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whether a folder is kept in memory.</summary>
    public static bool IsInMemory(string folder) => new DriveInfo(folder).DriveFormat is "tmpfs" or "ramfs";

    /// <summary>The first place in memory that there is, or null.</summary>
    public static string? Place() => Places().FirstOrDefault(p => Directory.Exists(p) && IsInMemory(p));

    /// <summary>The folder of a state folder; made where it is not there.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static string Of(string stateFolder)
    {
        var name = "towpath-" + Convert.ToHexStringLower(HMACSHA256.HashData(Seed(stateFolder), Encoding.UTF8.GetBytes(Boot())))[..32];
        foreach (var place in Places().Where(p => Directory.Exists(p) && IsInMemory(p)))
        {
            try
            {
                return Directory.CreateDirectory(Path.Combine(place, name), OwnerOnly).FullName;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not ours to write to: the next one.
            }
        }

        return Directory.CreateDirectory(Path.Combine(stateFolder, "shown"), OwnerOnly).FullName;
    }

    private static IEnumerable<string> Places()
    {
        yield return "/run";
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Path.IsPathRooted(own)) yield return own;
        yield return "/dev/shm";
    }

    private static string Boot() => File.Exists(BootId) ? File.ReadAllText(BootId).Trim() : "";

    /// <summary>Random bytes of this state folder.</summary>
    private static byte[] Seed(string stateFolder)
    {
        var file = Path.Combine(stateFolder, "shown.seed");
        if (File.Exists(file) && File.ReadAllBytes(file) is { Length: 32 } seed) return seed;
        seed = RandomNumberGenerator.GetBytes(32);
        Directory.CreateDirectory(stateFolder);
        var draft = file + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite })) stream.Write(seed);
        File.Move(draft, file, overwrite: true);
        return seed;
    }
}
