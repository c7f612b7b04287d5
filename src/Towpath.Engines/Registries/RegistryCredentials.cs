using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>
/// Logins as <c>podman login</c> and <c>docker login</c> leave them for the user that we run as. Read anew each time, since tokens of cloud
/// registries live for hours.
/// </summary>
/// <param name="variable">Value of an environment variable, or null.</param>
public sealed partial class RegistryCredentials(Func<string, string?> variable)
{
    /// <summary>Logins by the variables of this process.</summary>
    public static RegistryCredentials OfProcess() => new(Environment.GetEnvironmentVariable);

    /// <summary>The login for a repository, or null where there is none.</summary>
    /// <param name="repository">Registry and path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DiagnosticException">A file can't be read, a program gave no answer, or it is no repository.</exception>
    public Task<RegistryLogin?> FindAsync(string repository, CancellationToken cancellationToken) => FindAsync(RegistryRepository.Parse(repository), cancellationToken);

    internal async Task<RegistryLogin?> FindAsync(RegistryRepository repository, CancellationToken cancellationToken)
    {
        foreach (var path in Files())
        {
            if (CredentialFile.Read(path) is not { } file) continue;
            if (file.ProgramFor(repository) is { } program && await ProgramAsync(path, program, repository, cancellationToken) is { } kept) return kept;
            if (file.LoginFor(repository) is { } login) return login;
        }

        return null;
    }

    private static Task<RegistryLogin?> ProgramAsync(string path, string program, RegistryRepository repository, CancellationToken cancellationToken) =>
        ProgramName().IsMatch(program)
            ? new CredentialProgram($"docker-credential-{program}").FindAsync(CredentialFile.NamesOf(repository.Host)[0], cancellationToken)
            : throw new DiagnosticException(ExitCode.DeploymentFailed, RegistryDiagnostics.UnreadableLogins(path, "It names a program of logins that is no plain name."));

    // containers-auth.json(5): one file alone where it is named, else the first that has a login. Docker's file comes last.
    private IEnumerable<string> Files()
    {
        if (Named("REGISTRY_AUTH_FILE") is { } only)
        {
            yield return only;
            yield break;
        }

        // Podman's own place for a user without a session; other users than the superuser have one.
        if ((Named("XDG_RUNTIME_DIR") ?? (Environment.IsPrivilegedProcess ? "/run/containers/0" : null)) is { } runtime)
            yield return Path.Combine(runtime, runtime.StartsWith("/run/containers/", StringComparison.Ordinal) ? "auth.json" : "containers/auth.json");
        var home = Named("HOME");
        if ((Named("XDG_CONFIG_HOME") ?? (home is null ? null : Path.Combine(home, ".config"))) is { } configuration) yield return Path.Combine(configuration, "containers", "auth.json");
        if ((Named("DOCKER_CONFIG") ?? (home is null ? null : Path.Combine(home, ".docker"))) is { } docker) yield return Path.Combine(docker, "config.json");
    }

    private string? Named(string name) => variable(name) is { Length: > 0 } value ? value : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ProgramName();
}
