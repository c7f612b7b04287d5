using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>The container of a workload.</summary>
internal static class PodContainer
{
    /// <summary>How long a pod that ends still answers, so that every proxy has heard of it before: seconds.</summary>
    public const long DrainSeconds = 5;

    /// <summary>The container.</summary>
    /// <param name="plan">Its environment.</param>
    /// <param name="workload">Its workload.</param>
    /// <param name="parts">Receives what its pod needs for it.</param>
    /// <param name="command">Argument list in place of the service's, for a migration; null for none.</param>
    /// <param name="bag">Where problems go.</param>
    public static ManifestMap Of(ClusterPlan plan, Workload workload, PodParts parts, IEnumerable<string>? command, DiagnosticBag bag)
    {
        var container = new ManifestMap { { "name", workload.Name } };
        container.Because(new Origin($"the service {workload.Service.Name}", workload.Spec.Location));
        container.Add("image", workload.Image.Reference, workload.From(workload.Spec.Image is null ? "build" : "image"));
        container.Add("imagePullPolicy", workload.Cluster.PullPolicy ?? "IfNotPresent", workload.Cluster.PullPolicy is null ? null : workload.From("pull_policy"));
        AddProcess(container, workload, command);
        var isService = command is null;
        container.Add("ports", isService ? Ports(workload) : null);
        container.Add("envFrom", PodVariables.Of(plan, workload, parts, bag));
        if (isService)
        {
            AddTerminal(container, workload);
            container.Add("lifecycle", Lifecycle(plan, workload, bag));
            Probes.AddTo(container, workload, plan.Request.Desired.Environment.ReadyTimeout, bag);
        }

        container.Add("resources", PodResources.Of(workload, bag).ToManifest(workload));
        container.Add("securityContext", PodSecurity.OfContainer(workload, bag));
        container.Add("volumeMounts", parts.Mounts.OrNothing());
        return container;
    }

    /// <summary>A word of a command as the API takes it: <c>$(</c> would begin the name of a variable.</summary>
    public static string Escaped(string word) => word.Replace("$(", "$$(", StringComparison.Ordinal);

    /// <summary>Whether pods of a workload answer requests, so that they have to be drained.</summary>
    public static bool Drains(Workload workload) => workload.HasService && !workload.Cluster.HostNetwork;

    private static void AddProcess(ManifestMap container, Workload workload, IEnumerable<string>? command)
    {
        var spec = workload.Spec;
        // An entry point that is cleared leaves the command to be run itself.
        var entrypoint = command?.ToList() ?? spec.Entrypoint?.ToList();
        var arguments = command is null ? spec.Command?.ToList() : null;
        if (entrypoint is { Count: 0 })
        {
            (entrypoint, arguments) = (arguments, null);
        }

        container.Add("command", Words(entrypoint), command is not null ? null : workload.From(spec.Entrypoint is null ? "command" : "entrypoint"));
        container.Add("args", Words(arguments), workload.From("command"));
        container.Add("workingDir", spec.WorkingDirectory, workload.From("working_dir"));
    }

    private static ManifestList? Words(List<string>? words) => words is null ? null : ManifestList.Of(words.Select(Escaped)).OrNothing();

    private static ManifestList? Ports(Workload workload)
    {
        var ports = new ManifestList();
        foreach (var port in workload.Ports)
        {
            ports.Add(new ManifestMap { { "name", port.Name }, { "containerPort", port.Number }, { "protocol", port.Protocol } }.Because(port.Origin));
        }

        return ports.OrNothing();
    }

    private static void AddTerminal(ManifestMap container, Workload workload)
    {
        container.AddFlag("stdin", workload.Cluster.OpenInput, workload.From("stdin_open"));
        container.AddFlag("tty", workload.Cluster.Terminal, workload.From("tty"));
    }

    private static ManifestMap? Lifecycle(ClusterPlan plan, Workload workload, DiagnosticBag bag)
    {
        var lifecycle = new ManifestMap();
        lifecycle.Add("postStart", Hook(workload.Cluster.AfterStart), workload.From("post_start"));
        if (!workload.Cluster.BeforeStop.IsEmpty)
        {
            lifecycle.Add("preStop", Hook(workload.Cluster.BeforeStop), workload.From("pre_stop"));
        }
        else if (Drains(workload))
        {
            lifecycle.Add("preStop", Drain(plan, workload, bag), new Origin("a pod that ends answers until every proxy has heard of it"));
        }

        return lifecycle.OrNothing();
    }

    // Several commands run one after the other. Each word stays a word: the shell only sees them as arguments.
    private static ManifestMap? Hook(ImmutableArray<ImmutableArray<string>> commands)
    {
        if (commands.IsEmpty)
        {
            return null;
        }

        IEnumerable<string> words = commands.Length == 1
            ? commands[0]
            : ["/bin/sh", "-c", ForEach, "hooks", .. commands.SelectMany(c => c.Prepend(c.Length.ToString(CultureInfo.InvariantCulture)))];
        return new ManifestMap { { "exec", new ManifestMap { { "command", ManifestList.Of(words) } } } };
    }

    // Takes a number and as many words, runs them, and goes on with the rest.
    private const string ForEach = """
        while [ $# -gt 0 ]; do n=$1; shift; i=0; c=""; while [ $i -lt $n ]; do c="$c \"\${$((i+1))}\""; i=$((i+1)); done; eval "$c" || exit 1; shift $n; done
        """;

    private static ManifestMap Drain(ClusterPlan plan, Workload workload, DiagnosticBag bag)
    {
        if (plan.Request.Version.IsAtLeast(30))
        {
            return new ManifestMap { { "sleep", new ManifestMap { { "seconds", DrainSeconds } } } };
        }

        bag.Add(KubernetesDiagnostics.DrainNeedsSleep(workload.Spec.Location, workload.Service.Name, plan.Request.Version.ToString()));
        return new ManifestMap { { "exec", new ManifestMap { { "command", ManifestList.Of(["sleep", DrainSeconds.ToString(CultureInfo.InvariantCulture)]) } } } };
    }
}
