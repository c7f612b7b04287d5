using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Contracts;

namespace Towpath.Core.Handover;

/// <summary>What is said about a service.</summary>
internal static class ServiceFacts
{
    /// <summary>The sheet of one service.</summary>
    public static ServiceSheet Of(Service service, Application application) => new(
        service.Name,
        [.. Identity(service, application), .. Serving(service), .. Assigned(service, application), .. Running(service), .. Keeping(service)],
        Variables(service, application));

    private static IEnumerable<SheetFact> Identity(Service service, Application application)
    {
        yield return new("Owner", service.Delivery.Owner);
        yield return new("Kind", Kind(service, application));
        if (service.Build is { } build)
        {
            var stage = build.Target is { } target ? $", stage {target}" : "";
            yield return new("Built from", $"{(build.Context is "." or "" ? build.Dockerfile : $"{build.Context}/{build.Dockerfile}")}{stage}");
        }

        if (service.Image is { } image)
        {
            yield return new("Image", image);
        }
    }

    private static IEnumerable<SheetFact> Serving(Service service)
    {
        var ports = service.Ports.Select(p => $"{p.Target}/{p.Protocol}").Concat(service.Expose.Select(p => $"{p}/tcp")).Distinct(StringComparer.Ordinal).ToList();
        var http = service.HttpPort is { } port ? string.Create(CultureInfo.InvariantCulture, $"{port}/tcp (HTTP)") : null;
        if (http is not null)
        {
            ports.RemoveAll(p => http.StartsWith(p + " ", StringComparison.Ordinal));
            ports.Insert(0, http);
        }

        yield return new("Ports", ports.Count == 0 ? "none" : string.Join(", ", ports));
        if (service.Delivery.Route is { } route)
        {
            yield return new("Public path", route.Strip ? $"{route.Path} (taken off before the service sees it)" : route.Path);
        }

        if (http is not null || service.Delivery.Health is not null)
        {
            yield return new("Ready", service.Delivery.Health?.Ready);
            yield return new("Live", service.Delivery.Health?.Live);
        }
        else if (service.Healthcheck is { } check)
        {
            yield return new("Health check", string.Join(' ', check.Command));
        }

        if (service.Build is not null && http is not null)
        {
            yield return new("API description", service.Delivery.Api);
        }
    }

    private static IEnumerable<SheetFact> Assigned(Service service, Application application)
    {
        foreach (var assigned in (application.Contract.Ports ?? []).Where(p => p.Service == service.Name))
        {
            string?[] parts = [Port("in the container", assigned.Listen), Port("on the host", assigned.Publish), assigned.Protocol];
            yield return new("Port given by Ops", string.Join(", ", parts.OfType<string>()));
        }

        static string? Port(string where, int? number) => number is { } port ? string.Create(CultureInfo.InvariantCulture, $"{port} {where}") : null;
    }

    private static IEnumerable<SheetFact> Running(Service service)
    {
        yield return new("Replicas", service.Replicas.ToString(CultureInfo.InvariantCulture));
        yield return new("CPU limit", service.Limits.Cpus?.ToString("0.###", CultureInfo.InvariantCulture));
        yield return new("Memory limit", service.Limits.MemoryBytes is { } bytes ? Size(bytes) : null);
        yield return new("Restart", service.Restart switch
        {
            RestartPolicy.Always => "always",
            RestartPolicy.OnFailure => "after a failure",
            RestartPolicy.UnlessStopped => "unless stopped",
            _ => "never",
        });
        yield return new("Stop", $"{service.StopSignal ?? "the image's signal"}, then {Time(service.StopGracePeriod)} to end");
        if (service.User is { } user)
        {
            yield return new("User", user);
        }

        if (!service.DependsOn.IsEmpty)
        {
            yield return new("Needs", string.Join(", ", service.DependsOn.Select(d => $"{d.Service} ({Condition(d)})")));
        }
    }

    private static IEnumerable<SheetFact> Keeping(Service service)
    {
        if (service.Delivery.Migrate is { } migrate)
        {
            yield return new("Migration", $"{string.Join(' ', migrate.Command)} (at most {Time(migrate.Timeout)})");
        }

        if (service.Delivery.Test is { } test)
        {
            yield return new("Tests", test.Target is { } stage ? $"stage {stage} of the Dockerfile" : string.Join(' ', test.Command!.Value));
        }

        if (service.Mounts.Any(m => m.Kind == MountKind.Volume))
        {
            yield return new("Volumes", string.Join(", ", service.Mounts.Where(m => m.Kind == MountKind.Volume).Select(m => $"{m.Source ?? "unnamed"} at {m.Target}{(m.ReadOnly ? ", read only" : "")}")));
        }

        if (service.IsStateful || service.Delivery.Backup is not null)
        {
            yield return new("Backup", service.Delivery.Backup is { } backup ? Backup(backup) : null);
        }

        if (!service.Delivery.Resources.IsEmpty)
        {
            yield return new("Resources", string.Join(", ", service.Delivery.Resources.Select(r => $"{r.Name} in {r.Service}")));
        }
    }

    private static ImmutableArray<VariableSheet> Variables(Service service, Application application)
    {
        var given = application.Ladder.Environments
            .SelectMany(e => e.Services.TryGetValue(service.Name, out var change) ? change.Environment.Keys : [])
            .Concat(service.Environment.Keys)
            .ToHashSet(StringComparer.Ordinal);
        return [.. given.Union(service.Delivery.Variables.Keys).Order(StringComparer.Ordinal).Select(name => Variable(name, service.Delivery.Variables.GetValueOrDefault(name), given.Contains(name)))];
    }

    private static VariableSheet Variable(string name, VariableMeaning? said, bool isGiven) =>
        new(name, said?.Meaning, said?.IsSecret ?? SecretNames.IsSecret(name), said?.IsRequired ?? false, isGiven);

    private static string Backup(Backup backup)
    {
        var what = backup.Command is { } command ? string.Join(' ', command) : $"the volume {backup.Volume}";
        return backup.None is { } why ? $"none: {why}" : string.Create(CultureInfo.InvariantCulture, $"{what}, every {Time(backup.Every)}, {backup.Keep} kept");
    }

    private static string Kind(Service service, Application application) =>
        application.Services.Any(s => s.DependsOn.Any(d => d.Service == service.Name && d.Condition == DependencyCondition.Completed)) ? "job: runs once, others wait for it"
        : service.IsStateful ? "keeps data: is stopped before its successor starts"
        : service.HttpPort is not null ? "answers HTTP: is replaced without a failed request"
        : "runs in the background";

    private static string Condition(Dependency dependency) => dependency.Condition switch
    {
        DependencyCondition.Healthy => "ready",
        DependencyCondition.Completed => "ended well",
        _ => "started",
    };

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.##} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.##} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    /// <summary>A time in its largest whole unit.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } when time.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
        { TotalMinutes: >= 1 } when time.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
    };
}
