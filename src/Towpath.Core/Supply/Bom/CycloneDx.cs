using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Towpath.Core.Releases;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Bom;

/// <summary>
/// A software bill of materials as CycloneDX 1.6 JSON (<see href="https://cyclonedx.org/docs/1.6/json/"/>). The same release and inventories give the same
/// bytes: the time is the release's, and the serial number comes from the content.
/// </summary>
public static class CycloneDx
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document.</summary>
    /// <param name="release">The release.</param>
    /// <param name="images">Inventories by service; one, or all of the release.</param>
    public static string Write(Release release, IReadOnlyList<(string Service, ImageInventory Inventory)> images)
    {
        var ordered = images.OrderBy(i => i.Service, StringComparer.Ordinal).ToList();
        var body = Write(release, ordered, serial: null);
        return Encoding.UTF8.GetString(Write(release, ordered, Serial(body)).Span);
    }

    private static ReadOnlyMemory<byte> Write(Release release, List<(string Service, ImageInventory Inventory)> images, string? serial)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            if (serial is not null) json.WriteString("serialNumber", serial);
            json.WriteNumber("version", 1);
            Metadata(json, release);
            json.WriteStartArray("components");
            foreach (var (service, inventory) in images) Image(json, release, service, inventory);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Metadata(Utf8JsonWriter json, Release release)
    {
        json.WriteStartObject("metadata");
        json.WriteString("timestamp", release.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteStartObject("tools");
        json.WriteStartArray("components");
        json.WriteStartObject();
        json.WriteString("type", "application");
        json.WriteString("name", "towpath");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("component");
        json.WriteString("type", "application");
        json.WriteString("bom-ref", release.Id);
        json.WriteString("name", release.Application.Name);
        json.WriteString("version", release.Id);
        Properties(json, ("towpath:commit", release.Commit));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Image(Utf8JsonWriter json, Release release, string service, ImageInventory inventory)
    {
        json.WriteStartObject();
        json.WriteString("type", "container");
        json.WriteString("bom-ref", service);
        json.WriteString("name", service);
        json.WriteString("version", inventory.Digest);
        json.WriteStartArray("hashes");
        json.WriteStartObject();
        json.WriteString("alg", "SHA-256");
        json.WriteString("content", inventory.Digest.Split(':')[^1]);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("components");
        if (inventory.System is { } system) OperatingSystem(json, service, system);
        foreach (var package in inventory.Packages) Library(json, service, package);
        json.WriteEndArray();
        Properties(json, [("towpath:reference", release.Images[service].Reference), .. inventory.Warnings.Select(w => ("towpath:warning", w))]);
        json.WriteEndObject();
    }

    private static void OperatingSystem(Utf8JsonWriter json, string service, ImageSystem system)
    {
        json.WriteStartObject();
        json.WriteString("type", "operating-system");
        json.WriteString("bom-ref", $"{service}/os:{system.Distro}");
        json.WriteString("name", system.Id);
        if (system.Version is { } version) json.WriteString("version", version);
        json.WriteString("description", system.Name);
        json.WriteEndObject();
    }

    private static void Library(Utf8JsonWriter json, string service, Package package)
    {
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", $"{service}/{package.Purl}");
        if (package.Scope is { } scope) json.WriteString("group", scope);
        json.WriteString("name", package.Name);
        json.WriteString("version", package.Version);
        if (!package.Licenses.IsEmpty)
        {
            json.WriteStartArray("licenses");
            foreach (var license in package.Licenses)
            {
                json.WriteStartObject();
                json.WriteStartObject("license");
                json.WriteString("name", license);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteString("purl", package.Purl);
        IEnumerable<(string Name, string Value)> source = package.Source is { } name ? [("towpath:source", package.SourceVersion is { } version ? $"{name} {version}" : name)] : [];
        Properties(json, [("towpath:path", package.FoundIn), .. source]);
        json.WriteEndObject();
    }

    private static void Properties(Utf8JsonWriter json, params (string Name, string Value)[] properties)
    {
        json.WriteStartArray("properties");
        foreach (var (name, value) in properties)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A UUID of version 8 (RFC 9562), made of the content's hash.</summary>
    private static string Serial(ReadOnlyMemory<byte> body)
    {
        var hash = SHA256.HashData(body.Span)[..16];
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        var hex = Convert.ToHexStringLower(hash);
        return $"urn:uuid:{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }
}
