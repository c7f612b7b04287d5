using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Server;

/// <summary>What a control plane needs to know to begin.</summary>
/// <param name="StateFolder">Folder that it may write to; exists.</param>
/// <param name="Engine"><c>auto</c>, <c>podman</c>, <c>docker</c> or <c>unix://PATH</c>.</param>
/// <param name="Owner">Its name in leases: differs between two processes.</param>
public sealed record ControlPlaneOptions(string StateFolder, string Engine, string Owner);

/// <summary>Makes the control plane of this process.</summary>
public static class ControlPlaneFactory
{
    /// <summary>Opens the store, finds the engine and begins to reconcile. A result that is disposable must be disposed.</summary>
    /// <exception cref="DiagnosticException">No engine, or a state folder that can't be used.</exception>
    public static Task<IControlPlane> CreateAsync(ControlPlaneOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the control plane is not part of this build");
}
