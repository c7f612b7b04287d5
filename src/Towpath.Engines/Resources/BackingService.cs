using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Engines.Resources;

/// <summary>A database or broker as an administrator reaches it.</summary>
/// <param name="Address">IPv4 address of its container.</param>
/// <param name="User">Administrator.</param>
/// <param name="Password">Its password; empty for none.</param>
public sealed record BackingService(string Address, string User, string Password)
{
    /// <summary>Port that leads to its own; null where it is reached at its own.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Reads the administrator's name and password from the variables by which the public images take them, or from the files
    /// that those variables name, when they are mounted secrets.
    /// </summary>
    /// <param name="service">The backing service.</param>
    /// <param name="address">Address of its running container.</param>
    /// <param name="userVariable">For example <c>POSTGRES_USER</c>.</param>
    /// <param name="passwordVariable">For example <c>POSTGRES_PASSWORD</c>; with <c>_FILE</c> added it names a file.</param>
    /// <param name="defaultUser">Where the variable is not set.</param>
    /// <param name="secretValue">Value of a secret in the environment, or null.</param>
    public static BackingService Of(
        ServiceDesired service, string address, string userVariable, string passwordVariable, string defaultUser, Func<string, string?> secretValue)
    {
        var variables = service.Spec.Environment;
        var password = variables.GetValueOrDefault(passwordVariable)
            ?? FromFile(service.Spec, variables.GetValueOrDefault(passwordVariable + "_FILE"), secretValue)
            ?? "";
        return new BackingService(address, variables.GetValueOrDefault(userVariable, defaultUser), password);
    }

    /// <summary>The administrator who brings about a declared resource.</summary>
    /// <param name="resource">The resource; one in a broker may name the user to log in as.</param>
    /// <param name="service">The backing service.</param>
    /// <param name="address">Where it is reached.</param>
    /// <param name="secretValue">Value of a secret in the environment, or null.</param>
    public static BackingService ForResource(DeclaredResource resource, ServiceDesired service, string address, Func<string, string?> secretValue)
    {
        if (resource.Kind == ResourceKind.PostgresDatabase)
        {
            return Of(service, address, "POSTGRES_USER", "POSTGRES_PASSWORD", "postgres", secretValue);
        }

        var broker = Of(service, address, "RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "guest", secretValue);
        // The broker's image takes no password from a file: the declaration names the secret to log in with.
        return broker with { User = resource.User ?? broker.User, Password = (resource.PasswordSecret is { } secret ? secretValue(secret) : null) ?? broker.Password };
    }

    private static string? FromFile(Service service, string? path, Func<string, string?> secretValue) =>
        path is null ? null : service.Secrets.Where(s => s.Target == path).Select(s => secretValue(s.Source)?.TrimEnd('\n')).FirstOrDefault();
}
