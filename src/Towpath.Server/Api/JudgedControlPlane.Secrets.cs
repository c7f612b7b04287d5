using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Secrets.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task SetSecretAsync(string application, SecretRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.SetSecret, application, request.Environment, cancellationToken);
        await plane.SetSecretAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SecretAnswer>> SecretsAsync(string application, string environment, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, environment, cancellationToken);
        return await plane.SecretsAsync(application, environment, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KeyRotationAnswer> RotateSecretKeysAsync(RotateKeysRequest request, CancellationToken cancellationToken)
    {
        Judge(Deed.RotateSecretKeys, null, null);
        return plane.RotateSecretKeysAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }
}
