using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Host;

/// <summary>Installs what <see cref="HostCheck"/> found missing.</summary>
public static class HostSetup
{
    private const string Apt = "apt-get";
    private const string PolicyFile = "/usr/sbin/policy-rc.d";

    private static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive" };

    /// <summary>Installs the packages of all findings that are missing. Starts no service. Does nothing where nothing is missing.</summary>
    /// <param name="findings">What <see cref="HostCheck.Run"/> said.</param>
    /// <param name="progress">Hears apt-get's lines.</param>
    /// <param name="cancellationToken">Ends apt-get.</param>
    /// <exception cref="DiagnosticException">We are not root, or apt-get failed.</exception>
    public static async Task InstallAsync(IReadOnlyList<HostFinding> findings, Action<string> progress, CancellationToken cancellationToken)
    {
        string[] packages = [.. findings.Where(f => f.Result == CheckResult.Missing).Select(f => f.Package).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (packages.Length == 0)
        {
            return;
        }

        if (Programs.Find(Apt) is null)
        {
            throw Failed(EngineDiagnostics.InstallFailed(string.Join(' ', packages), "it is not on this machine"));
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw Failed(EngineDiagnostics.NotPrivileged(HostCheck.InstallCommand(packages)));
        }

        using var policy = NoServices.Begin();
        await AptAsync(["update", "-q"], packages, progress, cancellationToken);
        await AptAsync(["install", "-q", "-y", "--no-install-recommends", .. packages], packages, progress, cancellationToken);
    }

    private static async Task AptAsync(string[] arguments, string[] packages, Action<string> progress, CancellationToken cancellationToken)
    {
        var (code, output) = await Programs.RunAsync(Apt, arguments, Quiet, progress, cancellationToken);
        if (code != 0)
        {
            var errors = output.Split('\n').Where(l => l.StartsWith("E:", StringComparison.Ordinal)).Take(3).ToArray();
            var words = errors.Length > 0 ? string.Join(' ', errors) : $"exit code {code}";
            throw Failed(EngineDiagnostics.InstallFailed(string.Join(' ', packages), words));
        }
    }

    private static DiagnosticException Failed(Diagnostic diagnostic) => new(ExitCode.EngineUnavailable, diagnostic);

    /// <summary>
    /// Keeps packages from starting their services while they are installed: the machine's owner decides what runs. It is Debian's own
    /// switch for that. One that is there already is the owner's, and stays.
    /// </summary>
    private sealed class NoServices : IDisposable
    {
        private readonly bool _isOurs;

        private NoServices(bool isOurs) => _isOurs = isOurs;

        public static NoServices Begin()
        {
            if (File.Exists(PolicyFile) || OperatingSystem.IsWindows())
            {
                return new NoServices(isOurs: false);
            }

            File.WriteAllText(PolicyFile, "#!/bin/sh\n# Written by towpath for the time of an installation: no service is started.\nexit 101\n");
            File.SetUnixFileMode(PolicyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            return new NoServices(isOurs: true);
        }

        public void Dispose()
        {
            if (_isOurs)
            {
                File.Delete(PolicyFile);
            }
        }
    }
}
