using System.Text;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>What a request shows.</summary>
/// <param name="Header">Scheme and value of <c>Authorization</c>; null for none.</param>
/// <param name="Certificate">Certificate; null for none.</param>
/// <param name="Ends">When it is fetched again; null for when the server refuses it.</param>
internal sealed record Credentials((string Scheme, Secret Value)? Header, ClientCertificate? Certificate, DateTimeOffset? Ends);

/// <summary>Fetches credentials, keeps them until they end, and fetches them anew when a server refused them. One fetch at a time, however many calls wait for it.</summary>
internal sealed class CredentialKeeper(ClusterAccess access, TimeProvider time) : IDisposable
{
    // A token that ends while the request is on its way is refused.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    // The kubelet renews a pod's token long before it ends.
    private static readonly TimeSpan FileAge = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Credentials? _current;

    /// <summary>Credentials that have not ended.</summary>
    /// <param name="refused">Those that a server refused: they are not given again where others can be had.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DiagnosticException">A file or plugin gave none.</exception>
    public async ValueTask<Credentials> GetAsync(Credentials? refused, CancellationToken cancellationToken)
    {
        if (IsGood(_current, refused)) return _current!;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!IsGood(_current, refused)) _current = await FetchAsync(cancellationToken);
            return _current!;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether fetching again may give others.</summary>
    public bool CanRenew => access.Login is ClusterLogin.BearerFile or ClusterLogin.Plugin;

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private bool IsGood(Credentials? held, Credentials? refused) =>
        held is not null && !ReferenceEquals(held, refused) && (held.Ends is null || held.Ends > time.GetUtcNow());

    private async Task<Credentials> FetchAsync(CancellationToken cancellationToken)
    {
        switch (access.Login)
        {
            case ClusterLogin.Bearer bearer:
                return new Credentials(("Bearer", bearer.Token), access.Certificate, Ends: null);
            case ClusterLogin.Basic basic:
                var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{basic.Password.Reveal()}"));
                return new Credentials(("Basic", new Secret(pair)), access.Certificate, Ends: null);
            case ClusterLogin.BearerFile file:
                return new Credentials(("Bearer", await ReadAsync(file.Path, cancellationToken)), access.Certificate, time.GetUtcNow() + FileAge);
            case ClusterLogin.Plugin plugin:
                var given = await ExecPluginRunner.RunAsync(plugin.Program, ExecPluginRunner.Bound, cancellationToken);
                return new Credentials(given.Token is { } token ? ("Bearer", token) : null, given.Certificate ?? access.Certificate, given.Ends - Margin);
            default:
                return new Credentials(Header: null, access.Certificate, Ends: null);
        }
    }

    private static async Task<Secret> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var problem = "it is empty";
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (token.Length > 0) return new Secret(token);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = fault.Message;
        }

        throw new DiagnosticException(ExitCode.EngineUnavailable, KubeconfigDiagnostics.FileUnreadable(path, problem));
    }
}
