using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>What the object of a secret is called.</summary>
public static class SecretNaming
{
    /// <summary>Its name with the version of its value: a new value is a new object, and makes new pods.</summary>
    public static string Of(string secret, string version) => ClusterNames.With(ClusterNames.Label(secret), ClusterNames.Hash(version));
}
