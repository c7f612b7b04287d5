using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Releases;

namespace Towpath.Core.Environments;

/// <summary>
/// The hash that decides whether a service is touched. It covers what determines the containers, and nothing else: not the
/// release, not the commit, not the number of replicas, not where in a file something was written.
/// </summary>
public static class ServiceRevision
{
    /// <summary>First 12 hexadecimal digits of the SHA-256 of the canonical form.</summary>
    public static string Of(
        Application application, Service service, ReleaseImage image, IReadOnlyDictionary<string, string> secretVersions, string gatewayHosts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("image", image.Digest);
            WriteProcess(json, service);
            WriteFiles(json, application, service, secretVersions);
            WriteBounds(json, service);
            // A stateful service is not recreated because some other service got a name: it has no business calling it.
            if (!service.IsStateful) json.WriteString("hosts", gatewayHosts);
            // Behind the gateway it no longer answers to its own name, or that name would lead past the gateway.
            else if (service.HttpPort is not null) json.WriteBoolean("gateway", true);
            json.WriteEndObject();
        }
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))[..12];
    }

    private static void WriteProcess(Utf8JsonWriter json, Service service)
    {
        WriteList(json, "entrypoint", service.Entrypoint);
        WriteList(json, "command", service.Command);
        json.WriteStartObject("environment");
        foreach (var (name, value) in service.Environment) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("user", service.User);
        json.WriteString("workingDirectory", service.WorkingDirectory);
        json.WriteString("hostname", service.Hostname);
        json.WriteString("stopSignal", service.StopSignal);
        json.WriteNumber("stopGrace", service.StopGracePeriod.TotalMilliseconds);
        json.WriteString("restart", service.Restart.ToString());
        json.WriteBoolean("init", service.Init);
        json.WriteStartObject("labels");
        foreach (var (name, value) in service.Labels) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteFiles(
        Utf8JsonWriter json, Application application, Service service, IReadOnlyDictionary<string, string> secretVersions)
    {
        json.WriteStartArray("mounts");
        foreach (var mount in service.Mounts)
            json.WriteStringValue($"{mount.Kind}\n{mount.Source}\n{mount.Target}\n{mount.ReadOnly}\n{mount.Size}\n{mount.Content}");
        json.WriteEndArray();
        json.WriteStartArray("secrets");
        foreach (var secret in service.Secrets)
            json.WriteStringValue($"{secret.Source}\n{secret.Target}\n{secret.Mode}\n{secretVersions.GetValueOrDefault(secret.Source)}");
        json.WriteEndArray();
        json.WriteStartArray("configs");
        foreach (var config in service.Configs)
        {
            var content = application.Configs.FirstOrDefault(c => c.Name == config.Source)?.Content ?? "";
            json.WriteStringValue($"{config.Source}\n{config.Target}\n{config.Mode}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}");
        }
        json.WriteEndArray();
    }

    private static void WriteBounds(Utf8JsonWriter json, Service service)
    {
        json.WriteString("cpus", service.Limits.Cpus?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("memory", service.Limits.MemoryBytes?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("pids", service.Limits.Pids?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("shm", service.ShmSize?.ToString(CultureInfo.InvariantCulture));
        json.WriteBoolean("readOnly", service.ReadOnly);
        WriteList(json, "capAdd", service.CapAdd);
        WriteList(json, "capDrop", service.CapDrop);
        WriteList(json, "extraHosts", service.ExtraHosts);
        WriteKernel(json, service.Kernel);
    }

    // Each only where it is set, so that services of releases from before keep their revisions.
    private static void WriteKernel(Utf8JsonWriter json, KernelSettings kernel)
    {
        foreach (var (name, limit) in kernel.Ulimits) json.WriteString($"ulimit.{name}", $"{limit.Soft}:{limit.Hard}");
        foreach (var (name, value) in kernel.Sysctls) json.WriteString($"sysctl.{name}", value);
        if (!kernel.Groups.IsEmpty) WriteList(json, "groups", kernel.Groups);
        if (kernel.NoNewPrivileges) json.WriteBoolean("noNewPrivileges", true);
        if (kernel.OomScore is { } score) json.WriteNumber("oomScore", score);
        if (kernel.CpuShares is { } shares) json.WriteNumber("cpuShares", shares);
        if (kernel.MemoryReservation is { } bytes) json.WriteNumber("memoryReservation", bytes);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
