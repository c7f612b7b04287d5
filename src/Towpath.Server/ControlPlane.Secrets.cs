using Towpath.Server.Api;

namespace Towpath.Server;

// Secrets.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task SetSecretAsync(string application, SecretRequest request, CancellationToken cancellationToken)
    {
        _secrets.Set(application, request);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SecretAnswer>> SecretsAsync(string application, string environment, CancellationToken cancellationToken) =>
        Task.FromResult(_secrets.All(application, environment));

    /// <inheritdoc/>
    public Task<KeyRotationAnswer> RotateSecretKeysAsync(RotateKeysRequest request, CancellationToken cancellationToken) => Task.FromResult(_secrets.Rotate(request));
}
