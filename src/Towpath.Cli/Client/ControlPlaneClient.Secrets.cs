using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Secrets.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task SetSecretAsync(string application, SecretRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, Of(application, "/secrets"), request, CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SecretAnswer>> SecretsAsync(string application, string environment, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<SecretAnswer>>(Of(application, $"/environments/{Escape(environment)}/secrets"), cancellationToken);

    /// <inheritdoc/>
    public Task<KeyRotationAnswer> RotateSecretKeysAsync(RotateKeysRequest request, CancellationToken cancellationToken) =>
        PostAsync<KeyRotationAnswer>("/api/v1/secrets/rotate", request, cancellationToken);
}
