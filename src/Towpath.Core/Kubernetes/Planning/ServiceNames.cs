namespace Towpath.Core.Kubernetes.Planning;

/// <summary>What a service of the Compose file is called in a cluster.</summary>
public static class ServiceNames
{
    /// <summary>Its name there, where no other service takes it.</summary>
    public static string Of(string service) => ClusterNames.Label(service, ClusterNames.LongestService);
}
