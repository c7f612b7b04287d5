using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>What a kubeconfig is looked for by.</summary>
/// <param name="Variable">Variables of the process.</param>
public sealed record KubeconfigInputs(Func<string, string?> Variable)
{
    /// <summary>A file that was named; then no other is looked for.</summary>
    public string? File { get; init; }

    /// <summary>A context that was named; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Folder of a pod's service account.</summary>
    public string ServiceAccount { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The process's own variables.</summary>
    public static KubeconfigInputs OfProcess() => new(Environment.GetEnvironmentVariable);
}

/// <summary>Finds the kubeconfig and reads from it how the cluster is reached: the file that was named, else <c>KUBECONFIG</c>, <c>~/.kube/config</c>, or a pod's service account.</summary>
public static class KubeconfigLoader
{
    private const int MostFiles = 100;
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How the cluster is reached.</summary>
    /// <exception cref="DiagnosticException">No file, or one that is wrong; every problem with file, line and column.</exception>
    public static ClusterAccess Load(KubeconfigInputs inputs)
    {
        var paths = Paths(inputs);
        var bag = new DiagnosticBag();
        var files = paths.Where(p => inputs.File is not null || File.Exists(p)).Take(MostFiles).Select(p => Read(p, bag)).OfType<KubeconfigFile>().ToList();
        if (files.Count == 0 && !bag.HasErrors)
        {
            return ServiceAccount(inputs) ?? throw Failed([KubeconfigDiagnostics.NoKubeconfig(paths)]);
        }

        var access = bag.HasErrors ? null : new AccessReader(bag, ReadText).Read(KubeconfigFile.Merge(files), inputs.Context);
        return bag.HasErrors || access is null ? throw Failed([.. bag.ToSorted().Select(WithoutLine)]) : access;
    }

    /// <summary>The context names of all files, for choosing one; empty where there is no file or none that can be read.</summary>
    public static ImmutableArray<string> Contexts(KubeconfigInputs inputs)
    {
        var bag = new DiagnosticBag();
        return [.. KubeconfigFile.Merge(Paths(inputs).Where(File.Exists).Take(MostFiles).Select(p => Read(p, bag)).OfType<KubeconfigFile>()).Contexts.Select(c => c.Name)];
    }

    private static ImmutableArray<string> Paths(KubeconfigInputs inputs)
    {
        if (inputs.File is { } named) return [named];
        if (inputs.Variable("KUBECONFIG") is { Length: > 0 } list) return [.. list.Split(':', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return inputs.Variable("HOME") is { Length: > 0 } home ? [Path.Combine(home, ".kube", "config")] : [];
    }

    private static KubeconfigFile? Read(string path, DiagnosticBag bag)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes) throw new IOException("it is too large");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return KubeconfigFile.Read(path, bytes, bag);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            bag.Add(KubeconfigDiagnostics.FileUnreadable(path, Words(fault)));
            return null;
        }
    }

    private static ClusterAccess? ServiceAccount(KubeconfigInputs inputs)
    {
        if (inputs.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host) return null;
        var port = inputs.Variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } given ? given : "443";
        string In(string name) => Path.Combine(inputs.ServiceAccount, name);
        string Need(string name) => ReadText(In(name), out var problem) ?? throw Failed([KubeconfigDiagnostics.ServiceAccountIncomplete(In(name), problem)]);
        if (!Uri.TryCreate($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}", UriKind.Absolute, out var server))
        {
            throw Failed([KubeconfigDiagnostics.ServiceAccountIncomplete("KUBERNETES_SERVICE_HOST", "it is no address")]);
        }

        Need("token");
        return new ClusterAccess("this pod's service account", server, ReadText(In("namespace"), out _)?.Trim() is { Length: > 0 } name ? name : "default")
        {
            Authority = Need("ca.crt"),
            Login = new ClusterLogin.BearerFile(In("token")),
        };
    }

    private static string? ReadText(string path, out string problem)
    {
        problem = "";
        try
        {
            if (new FileInfo(path).Length <= MaxBytes) return File.ReadAllText(path);
            problem = "it is too large";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = Words(fault);
        }

        return null;
    }

    private static string Words(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it is not there",
        UnauthorizedAccessException => "its rights forbid it",
        _ => fault.Message,
    };

    private static DiagnosticException Failed(ImmutableArray<Diagnostic> diagnostics) => new(ExitCode.InvalidInput, diagnostics);

    // Any line of the file may hold a token.
    private static Diagnostic WithoutLine(Diagnostic diagnostic) =>
        diagnostic with { Location = diagnostic.Location is { } place ? place with { Excerpt = null } : null, Fix = null };
}
