namespace Towpath.Server.Api;

/// <summary>What can be asked about secrets. Values go in and never come out.</summary>
public interface ISecrets
{
    /// <summary>Gives a secret its value in an environment.</summary>
    Task SetSecretAsync(string application, SecretRequest request, CancellationToken cancellationToken);

    /// <summary>The secrets that an application's newest release declares, as an environment has them, by name.</summary>
    Task<IReadOnlyList<SecretAnswer>> SecretsAsync(string application, string environment, CancellationToken cancellationToken);

    /// <summary>Seals all values by one key: a new one where Towpath keeps the keys itself, else the first of those that it was given.</summary>
    Task<KeyRotationAnswer> RotateSecretKeysAsync(RotateKeysRequest request, CancellationToken cancellationToken);
}
