using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Engines.Resources;

/// <summary>Brings about what a service declares to need inside a database or broker, wherever that runs.</summary>
public static class DeclaredResources
{
    /// <summary>Sees to it that a resource exists as declared.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="service">The backing service.</param>
    /// <param name="address">Where it is reached.</param>
    /// <param name="port">Port that leads to its own; null where it is reached at its own.</param>
    /// <param name="secretValue">Value of a secret in the environment, or null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when all is right, else the reason why it can't be.</returns>
    public static Task<string?> EnsureAsync(
        DeclaredResource resource, ServiceDesired service, string address, int? port, Func<string, string?> secretValue, CancellationToken cancellationToken)
    {
        var server = BackingService.ForResource(resource, service, address, secretValue) with { Port = port };
        return resource.Kind == ResourceKind.PostgresDatabase
            ? PostgresResources.EnsureAsync(server, resource, resource.PasswordSecret is { } secret ? secretValue(secret) : null, cancellationToken)
            : RabbitResources.EnsureAsync(server, resource, cancellationToken);
    }
}
