using System.ComponentModel;
using System.Diagnostics;

namespace Towpath.Cli.Host;

/// <summary>The desktop of this machine, where somebody sits at one.</summary>
internal static class Desktop
{
    private const string Opener = "xdg-open";

    /// <summary>Opens an address with the program that the desktop opens such with (freedesktop.org, xdg-utils); false where there is no desktop, or no such program.</summary>
    /// <param name="address">The address; it is an argument, and no shell of ours sees it.</param>
    /// <param name="variable">Environment variables.</param>
    public static bool Open(Uri address, Func<string, string?> variable)
    {
        // Over ssh the desktop, if any, is of another machine: its browser does not reach this one's loopback interface.
        var isHere = (Has(variable, "DISPLAY") || Has(variable, "WAYLAND_DISPLAY")) && !Has(variable, "SSH_CONNECTION");
        if (!isHere || Find(variable("PATH")) is not { } program) return false;
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(address.AbsoluteUri);
        try
        {
            var process = Process.Start(start);
            // Read and dropped: what a browser writes is no result of this program.
            process?.BeginOutputReadLine();
            process?.BeginErrorReadLine();
            process?.StandardInput.Close();
            return process is not null;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            return false;
        }
    }

    private static bool Has(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 };

    private static string? Find(string? path) =>
        (path ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, Opener)).FirstOrDefault(File.Exists);
}
