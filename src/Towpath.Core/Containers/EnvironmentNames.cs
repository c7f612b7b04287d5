using Towpath.Core.Environments;

namespace Towpath.Core.Containers;

/// <summary>Names of an environment's objects on a container engine: derived, so that nothing must remember them.</summary>
/// <param name="Application">Application name.</param>
/// <param name="Environment">Environment name.</param>
public sealed record EnvironmentNames(string Application, string Environment)
{
    /// <summary>Names for a desired environment.</summary>
    public static EnvironmentNames Of(EnvironmentDesired desired) => new(desired.Application, desired.Environment.Name);

    /// <summary>The environment's network.</summary>
    public string Network => $"{Application}-{Environment}";

    /// <summary>The environment's proxy.</summary>
    public string Gateway => $"{Application}-{Environment}-gateway";

    /// <summary>A named volume.</summary>
    public string Volume(string name) => $"{Application}-{Environment}-{name}";

    /// <summary>The one-off container that migrates for a service.</summary>
    public string Migration(string service, string release) => $"{Application}-{Environment}-{service}-migrate-{release}";

    /// <summary>The one-off container that takes a migration back.</summary>
    public string Reversal(string service, string release) => $"{Application}-{Environment}-{service}-revert-{release}";

    /// <summary>Labels that select all objects of the environment.</summary>
    public IReadOnlyList<string> Selector =>
        [$"{ContainerLabels.Application}={Application}", $"{ContainerLabels.Environment}={Environment}"];

    /// <summary>Labels of an object of the environment.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ContainerLabels.Application] = Application,
        [ContainerLabels.Environment] = Environment,
    };
}
