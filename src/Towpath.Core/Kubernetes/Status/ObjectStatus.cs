namespace Towpath.Core.Kubernetes.Status;

/// <summary>Whether an object is ready, and if not, why: from the object and what explains it, without asking anybody.</summary>
public static class ObjectStatus
{
    /// <summary>The verdict of the reader of its kind.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var version = observed.Item.Text("apiVersion") ?? "";
        var group = version.Contains('/', StringComparison.Ordinal) ? version[..version.IndexOf('/', StringComparison.Ordinal)] : "";
        return (group, observed.Item.Text("kind")) switch
        {
            ("apps", "Deployment") => DeploymentReader.Read(observed),
            ("apps", "StatefulSet") => StatefulSetReader.Read(observed),
            ("apps", "DaemonSet") => DaemonSetReader.Read(observed),
            ("batch", "Job") => JobReader.Read(observed),
            ("batch", "CronJob") => CronJobReader.Read(observed),
            ("", "Pod") => PodReader.Read(observed),
            ("", "PersistentVolumeClaim") => ClaimReader.Read(observed),
            ("", "Service") => ServiceReader.Read(observed),
            ("", "Namespace") => NamespaceReader.Read(observed),
            ("networking.k8s.io" or "extensions", "Ingress") => IngressReader.Read(observed),
            ("autoscaling", "HorizontalPodAutoscaler") => AutoscalerReader.Read(observed),
            _ => ConditionsReader.Read(observed),
        };
    }
}
