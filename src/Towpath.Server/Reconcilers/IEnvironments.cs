using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Engines;

namespace Towpath.Server.Reconcilers;

/// <summary>The environments of all applications, as reconcilers see them.</summary>
public interface IEnvironments
{
    /// <summary>The world of one environment.</summary>
    IEnvironmentEngine Engine(string application, string environment);

    /// <summary>What a release is in an environment to the engine that runs it: one without single replicas sees services as wholes.</summary>
    EnvironmentDesired Shape(EnvironmentDesired desired) => desired;

    /// <summary>Host port of an environment's gateway.</summary>
    int Port(string application, EnvironmentSpec environment);

    /// <summary>
    /// Version of each secret that a release uses in an environment; a new value has a new version. Secrets that Towpath makes are made,
    /// and those of the commit are taken over, where <paramref name="provide"/> is set.
    /// </summary>
    /// <exception cref="DiagnosticException">A secret has no value (TP5011).</exception>
    IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, bool provide);

    /// <summary>Version that each secret of a release would have if it came in now. Nothing is made.</summary>
    /// <exception cref="DiagnosticException">A secret has no value, and nobody but a person can give it one (TP5011).</exception>
    IReadOnlyDictionary<string, string> ExpectedSecretVersions(Release release, string environment) => SecretVersions(release, environment, provide: false);
}
