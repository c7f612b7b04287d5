using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Rules;

/// <summary>How a Dockerfile installs packages.</summary>
internal static class PackageRules
{
    // The program, what it does, how the same RUN cleans up, what to say.
    private static readonly CacheRule[] Caches =
    [
        new(["apt-get", "apt"], ["install"], ["/var/lib/apt/lists"], null, "end the RUN with `rm -rf /var/lib/apt/lists/*`"),
        new(["apk"], ["add"], ["/var/cache/apk"], "--no-cache", "install with `apk add --no-cache`"),
        new(["yum", "dnf", "microdnf"], ["install"], ["clean all", "/var/cache/yum", "/var/cache/dnf"], null, "end the RUN with `dnf clean all`"),
        new(["pip", "pip3"], ["install"], [".cache/pip", "cache purge"], "--no-cache-dir", "install with `pip install --no-cache-dir`"),
        new(["npm"], ["install", "i", "ci"], ["cache clean", ".npm"], null, "end the RUN with `npm cache clean --force`, or mount a cache: `RUN --mount=type=cache,target=/root/.npm`"),
    ];

    private static readonly string[] Apt = ["apt-get", "apt"];

    /// <summary>TP2105: what a package manager downloads is removed in the same RUN.</summary>
    public static IEnumerable<Diagnostic> ListsCleaned(ContractSubject subject)
    {
        var pipIsTold = subject.Shipped.SelectMany(DockerfileScope.Pairs).Any(p => p is { Name: "PIP_NO_CACHE_DIR", Value: not (null or "0" or "off" or "false") });
        foreach (var run in subject.Shipped.Where(i => i.Name == "RUN" && !i.Flags.Any(f => f.Name == "mount" && f.Value.Contains("type=cache", StringComparison.Ordinal))))
        {
            var commands = ShellCommand.Of(run);
            foreach (var rule in Caches)
            {
                var install = commands.FirstOrDefault(rule.Matches);
                if (install is null || (pipIsTold && rule.Programs[0] == "pip") || commands.Any(rule.Cleans))
                {
                    continue;
                }

                yield return DockerfileContractDiagnostics.PackageListsStay(install.Location, $"{install.Program} {install.Verb}", rule.Fix);
            }
        }
    }

    /// <summary>TP2111: no upgrade of all packages.</summary>
    public static IEnumerable<Diagnostic> NoUpgrade(ContractSubject subject) =>
        from command in Commands(subject)
        where command.Verb is "upgrade" or "dist-upgrade" or "full-upgrade" && command.Program is "apt-get" or "apt" or "apk" or "yum" or "dnf"
        select DockerfileContractDiagnostics.PackagesUpgraded(command.Location, $"{command.Program} {command.Verb}");

    /// <summary>TP2112: apt is told to go on.</summary>
    public static IEnumerable<Diagnostic> Unattended(ContractSubject subject) =>
        from command in Commands(subject)
        where Apt.Contains(command.Program) && command.Verb == "install" && !command.Words.Any(GoesOn)
        select DockerfileContractDiagnostics.InstallAsks(command.Location, command.Program);

    /// <summary>TP2113: apt installs what is asked for only.</summary>
    public static IEnumerable<Diagnostic> NoRecommends(ContractSubject subject) =>
        from command in Commands(subject)
        where Apt.Contains(command.Program) && command.Verb == "install"
            && !command.Words.Any(w => w is "--no-install-recommends" || w.Contains("Install-Recommends", StringComparison.OrdinalIgnoreCase))
        select DockerfileContractDiagnostics.InstallsRecommended(command.Location, command.Program);

    /// <summary>TP2114: no sudo.</summary>
    public static IEnumerable<Diagnostic> NoSudo(ContractSubject subject) =>
        from command in Commands(subject)
        where command.Program == "sudo"
        select DockerfileContractDiagnostics.Sudo(command.Location);

    private static IEnumerable<ShellCommand> Commands(ContractSubject subject) => subject.Stages.SelectMany(s => s.Instructions).SelectMany(i => ShellCommand.Of(i));

    // -y, -qqy, --yes, --assume-yes; two q imply it.
    private static bool GoesOn(string word) =>
        word is "--yes" or "--assume-yes" or "-qq" || (word.Length > 1 && word[0] == '-' && word[1] != '-' && word.Contains('y', StringComparison.Ordinal));

    private sealed record CacheRule(string[] Programs, string[] Verbs, string[] CleanedBy, string? Option, string Fix)
    {
        public bool Matches(ShellCommand command) =>
            Programs.Contains(command.Program) && Verbs.Contains(command.Verb) && (Option is null || !command.Has(Option));

        public bool Cleans(ShellCommand command)
        {
            var text = string.Join(' ', command.Words);
            return CleanedBy.Any(c => text.Contains(c, StringComparison.Ordinal)) && (command.Program == "rm" || Programs.Contains(command.Program) || command.Program == "find");
        }
    }
}
