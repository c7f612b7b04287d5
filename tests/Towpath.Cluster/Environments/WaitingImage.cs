using System.Diagnostics;

namespace Towpath.Cluster.Environments;

/// <summary>An image with a shell and curl, made of this machine's own programs.</summary>
internal static class WaitingImage
{
    private const string Name = "towpath.test/curl:1";

    public static async Task<string> LoadAsync()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-curl-").FullName;
        try
        {
            Copy("/usr/bin/curl", folder);
            foreach (var line in (await OutputAsync("ldd", "/usr/bin/curl")).Split('\n'))
            {
                // `libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x...)`, or the loader's path alone.
                if (line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(w => w.StartsWith('/')) is { } library) Copy(library, folder);
            }

            foreach (var library in Directory.GetFiles("/lib/x86_64-linux-gnu", "libnss_*").Concat(Directory.GetFiles("/lib/x86_64-linux-gnu", "libresolv*"))) Copy(library, folder);
            Directory.CreateDirectory(Path.Combine(folder, "bin"));
            Directory.CreateDirectory(Path.Combine(folder, "tmp"));
            File.Copy(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox", Path.Combine(folder, "bin/busybox"));
            foreach (var applet in (string[])["sh", "cat", "sleep", "echo", "date", "grep", "tr"]) File.CreateSymbolicLink(Path.Combine(folder, "bin", applet), "busybox");
            await ClusterFixture.LoadImageAsync(Name, folder, "/bin/sh");
            return Name;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Copy(string file, string root)
    {
        var target = root + file;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!File.Exists(target)) File.Copy(file, target);
    }

    private static async Task<string> OutputAsync(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
