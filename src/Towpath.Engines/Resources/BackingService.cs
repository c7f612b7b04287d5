using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Engines.Resources;

/// <summary>A database or broker as an administrator reaches it.</summary>
/// <param name="Address">IPv4 address of its container.</param>
/// <param name="User">Administrator.</param>
/// <param name="Password">Its password; empty for none.</param>
public sealed record BackingService(string Address, string User, string Password)
{
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

    private static string? FromFile(Service service, string? path, Func<string, string?> secretValue) =>
        path is null ? null : service.Secrets.Where(s => s.Target == path).Select(s => secretValue(s.Source)?.TrimEnd('\n')).FirstOrDefault();
}
