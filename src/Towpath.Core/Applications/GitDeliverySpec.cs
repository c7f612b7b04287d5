namespace Towpath.Core.Applications;

/// <summary>Who follows an environments repository, which decides what stands in it beside the objects.</summary>
public enum GitLayout
{
    /// <summary>Anybody: the objects alone.</summary>
    Plain,

    /// <summary>Argo CD: waves, and an Application that points at the objects.</summary>
    ArgoCd,

    /// <summary>Flux: a step after the other, a GitRepository and a Kustomization for each step.</summary>
    Flux,
}

/// <summary><c>delivery: git</c> of an environment on Kubernetes: objects are committed to a repository, and a controller in the cluster applies them.</summary>
/// <param name="Url">Where the repository is, for Towpath and for the controller, without any login: <c>https://</c> or <c>ssh://</c>.</param>
public sealed record GitDeliverySpec(string Url)
{
    /// <summary>The branch that the controller follows.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Folder of the repository that everything stands in, without slashes at its ends; empty for the repository's own.</summary>
    public string Path { get; init; } = "";

    /// <summary>Who follows it.</summary>
    public GitLayout Layout { get; init; }

    /// <summary>Login name for pushing; null for the usual one.</summary>
    public string? User { get; init; }

    /// <summary>The secret of the Compose file whose value is the password or token for pushing; null for none.</summary>
    public string? PasswordSecret { get; init; }

    /// <summary>How long the cluster may take to reach a commit.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Where it stands; null where it was not read.</summary>
    public Diagnostics.Location? Location { get; init; }
}
