using Towpath.Core.Configuration;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>How a cluster is reached, and as whom.</summary>
/// <param name="Context">Name of the context, or "this pod's service account".</param>
/// <param name="Server">Address of the API server; a path in it stands before all others.</param>
/// <param name="Namespace">Namespace of the context.</param>
public sealed record ClusterAccess(string Context, Uri Server, string Namespace)
{
    /// <summary>Certificates (PEM) that the server's must come from; null for those that the machine trusts.</summary>
    public string? Authority { get; init; }

    /// <summary>The server's certificate is not looked at.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Name that the server's certificate must carry; null for the one in its address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Proxy on the way; null for what the environment says (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Certificate to show; null for none.</summary>
    public ClientCertificate? Certificate { get; init; }

    /// <summary>What stands in the header <c>Authorization</c>.</summary>
    public ClusterLogin Login { get; init; } = ClusterLogin.None;
}

/// <summary>Where the header <c>Authorization</c> comes from.</summary>
public abstract record ClusterLogin
{
    /// <summary>There is none.</summary>
    public static ClusterLogin None { get; } = new Nobody();

    /// <summary>No header.</summary>
    public sealed record Nobody : ClusterLogin;

    /// <summary>A token.</summary>
    /// <param name="Token">The token.</param>
    public sealed record Bearer(Secret Token) : ClusterLogin;

    /// <summary>A token in a file, which is read again as it changes.</summary>
    /// <param name="Path">Path of the file.</param>
    public sealed record BearerFile(string Path) : ClusterLogin;

    /// <summary>User and password.</summary>
    /// <param name="User">Name.</param>
    /// <param name="Password">Password.</param>
    public sealed record Basic(string User, Secret Password) : ClusterLogin;

    /// <summary>A program that gives a token or a certificate.</summary>
    /// <param name="Program">The program.</param>
    public sealed record Plugin(ExecPlugin Program) : ClusterLogin;
}
