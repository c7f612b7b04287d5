namespace Towpath.Server.Api;

/// <summary>Confirmations by a link. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IConfirmations
{
    /// <summary>Makes a link by which somebody can confirm a release. It gives no right.</summary>
    Task<LinkAnswer> LinkAsync(string application, LinkRequest request, CancellationToken cancellationToken);

    /// <summary>Says yes to exactly what a link says.</summary>
    Task<DeploymentAnswer> ConfirmByLinkAsync(LinkedConfirmRequest request, CancellationToken cancellationToken);
}
