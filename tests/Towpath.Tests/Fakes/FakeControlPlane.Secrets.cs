using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Secrets.
internal partial class FakeControlPlane
{
    public IReadOnlyList<SecretAnswer> Secrets { get; set; } = [];

    public KeyRotationAnswer Rotation { get; set; } = new("0123456789abcdef", 0, [], [], true);

    public Task SetSecretAsync(string application, SecretRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SecretAnswer>> SecretsAsync(string application, string environment, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"secrets {application} {environment}");
        return Task.FromResult(Secrets);
    }

    public Task<KeyRotationAnswer> RotateSecretKeysAsync(RotateKeysRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.FromResult(Rotation);
    }
}
