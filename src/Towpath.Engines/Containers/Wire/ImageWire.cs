using System.Text.Json.Serialization;

namespace Towpath.Engines.Containers.Wire;

internal sealed record ImageAnswer(string Id, string[]? RepoTags, long Size, ContainerConfigAnswer? Config);

internal sealed record ImageListItem(string Id, string[]? RepoTags, long Size, Dictionary<string, string>? Labels);

/// <summary>One line of the answer to a build or a pull. Exactly one of the parts is there.</summary>
internal sealed record ProgressLine(
    [property: JsonPropertyName("stream")] string? Stream,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("aux")] ProgressAux? Aux);

internal sealed record ProgressAux([property: JsonPropertyName("ID")] string? Id);

internal sealed record ErrorAnswer([property: JsonPropertyName("message")] string? Message);

internal sealed record VersionAnswer(string? Version, VersionComponent[]? Components);

internal sealed record VersionComponent(string? Name);

internal sealed record InfoAnswer(string? CgroupDriver);
