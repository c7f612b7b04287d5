using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Towpath.Core.Releases;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Provenance;

/// <summary>An image that a build started from.</summary>
/// <param name="Name">As the Dockerfile or the Compose file names it.</param>
/// <param name="Digest"><c>sha256:...</c>; null where the engine did not say.</param>
public sealed record BuildInput(string Name, string? Digest);

/// <summary>How a release came about.</summary>
/// <param name="Run">The pipeline run.</param>
/// <param name="Folder">The application's folder in the repository; empty for its top.</param>
/// <param name="StartedAt">When the run began.</param>
/// <param name="FinishedAt">When the release was made.</param>
/// <param name="Builder">Hash of the public key of the control plane that built it.</param>
/// <param name="Version">Version of Towpath.</param>
/// <param name="Steps">Steps that ended well, in order.</param>
/// <param name="Inputs">Images that it was built from.</param>
public sealed record BuildAccount(
    string Run, string Folder, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Builder, string Version,
    ImmutableArray<string> Steps, ImmutableArray<BuildInput> Inputs);

/// <summary>
/// Where images come from: an in-toto Statement v1 (<see href="https://in-toto.io/Statement/v1"/>) with a predicate of SLSA Provenance v1
/// (<see href="https://slsa.dev/provenance/v1"/>). Equal for equal arguments, to the byte.
/// </summary>
public static class ProvenanceStatement
{
    /// <summary>Media type of the statement in its envelope.</summary>
    public const string MediaType = "application/vnd.in-toto+json";

    /// <summary>Says what the predicate's parameters mean; <c>docs/guide/supply-chain.md</c> does.</summary>
    public const string BuildType = "urn:towpath:build-type:pipeline:v1";

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The statement in UTF-8.</summary>
    public static byte[] Write(Release release, BuildAccount account)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v1");
            json.WriteStartArray("subject");
            foreach (var (service, image) in release.Images.OrderBy(i => i.Key, StringComparer.Ordinal)) Resource(json, "name", service, image.Digest);
            json.WriteEndArray();
            json.WriteString("predicateType", "https://slsa.dev/provenance/v1");
            json.WriteStartObject("predicate");
            Definition(json, release, account);
            Details(json, release, account);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Digests by subject; null where it is no statement.</summary>
    public static ImmutableDictionary<string, string>? Subjects(ReadOnlyMemory<byte> statement)
    {
        if (JsonText.Object(statement, "it", _ => { }) is not { } root || JsonText.Text(root, "_type") != "https://in-toto.io/Statement/v1") return null;
        var subjects = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var subject in root.TryGetProperty("subject", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : Array.Empty<JsonElement>())
        {
            if (subject.ValueKind != JsonValueKind.Object || JsonText.Text(subject, "name") is not { } name
                || !subject.TryGetProperty("digest", out var digest) || digest.ValueKind != JsonValueKind.Object || JsonText.Text(digest, "sha256") is not { } sha) return null;
            subjects[name] = $"sha256:{sha}";
        }

        return subjects.ToImmutable();
    }

    private static void Definition(Utf8JsonWriter json, Release release, BuildAccount account)
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType);
        json.WriteStartObject("externalParameters");
        json.WriteString("application", release.Application.Name);
        json.WriteString("commit", release.Commit);
        json.WriteString("folder", account.Folder);
        json.WriteEndObject();
        json.WriteStartObject("internalParameters");
        json.WriteStartArray("steps");
        foreach (var step in account.Steps) json.WriteStringValue(step);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("resolvedDependencies");
        json.WriteStartObject();
        json.WriteString("name", "commit");
        json.WriteStartObject("digest");
        json.WriteString("gitCommit", release.Commit);
        json.WriteEndObject();
        json.WriteEndObject();
        foreach (var input in account.Inputs) Resource(json, "name", input.Name, input.Digest);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Details(Utf8JsonWriter json, Release release, BuildAccount account)
    {
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", $"urn:towpath:control-plane:{account.Builder}");
        json.WriteStartObject("version");
        json.WriteString("towpath", account.Version);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("metadata");
        json.WriteString("invocationId", account.Run);
        json.WriteString("startedOn", Time(account.StartedAt));
        json.WriteString("finishedOn", Time(account.FinishedAt));
        json.WriteEndObject();
        json.WriteStartArray("byproducts");
        Resource(json, "name", release.Id, $"sha256:{release.ContentHash}");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A resource descriptor; without a digest where none is known.</summary>
    private static void Resource(Utf8JsonWriter json, string key, string name, string? digest)
    {
        json.WriteStartObject();
        json.WriteString(key, name);
        if (digest is not null)
        {
            json.WriteStartObject("digest");
            json.WriteString("sha256", digest["sha256:".Length..]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
