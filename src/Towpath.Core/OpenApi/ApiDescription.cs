using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>What a service promises over HTTP, as its OpenAPI description says it, references followed.</summary>
/// <param name="File">Path of the description in the commit.</param>
/// <param name="Title"><c>info.title</c>.</param>
/// <param name="Version"><c>info.version</c>: the version of the API, not of OpenAPI.</param>
/// <param name="BasePath">Path of the first server without its last slash; empty for none.</param>
/// <param name="Operations">In source order.</param>
/// <param name="Files">All files that it was read from, the description first.</param>
/// <param name="Location">Where its paths begin.</param>
public sealed record ApiDescription(
    string File,
    string Title,
    string Version,
    string BasePath,
    ImmutableArray<ApiOperation> Operations,
    ImmutableArray<string> Files,
    Location Location)
{
    /// <summary>First number of <see cref="Version"/>, or null where it does not begin with one.</summary>
    public int? Major
    {
        get
        {
            var digits = Version.AsSpan().TrimStart("vV");
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            return int.TryParse(end < 0 ? digits : digits[..end], out var major) ? major : null;
        }
    }
}

/// <summary>One method of one path.</summary>
public sealed record ApiOperation
{
    /// <summary>In capitals, such as <c>GET</c>.</summary>
    public required string Method { get; init; }

    /// <summary>With its parameters in braces, such as <c>/orders/{id}</c>.</summary>
    public required string Path { get; init; }

    /// <summary><c>operationId</c>, or null.</summary>
    public string? Id { get; init; }

    /// <summary>Those of the path first, then its own.</summary>
    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];

    /// <summary>What it takes as a body, or null for nothing.</summary>
    public ApiBody? Body { get; init; }

    /// <summary>By status: <c>200</c>, <c>4XX</c> or <c>default</c>.</summary>
    public ImmutableSortedDictionary<string, ApiResponse> Responses { get; init; } = ImmutableSortedDictionary<string, ApiResponse>.Empty;

    /// <summary>Alternatives, each a set of <c>scheme</c> and <c>scheme:scope</c>; an empty set needs nothing. No alternative: nothing is needed.</summary>
    public ImmutableArray<ImmutableSortedSet<string>> Security { get; init; } = [];

    /// <summary>Clients are asked to leave it.</summary>
    public bool Deprecated { get; init; }

    /// <summary>Summary and description, for the comparison of two versions.</summary>
    public string Words { get; init; } = "";

    /// <summary>Where it is described.</summary>
    public required Location Location { get; init; }

    /// <summary>For messages: <c>GET /orders/{id}</c>.</summary>
    public string Name => $"{Method} {Path}";

    /// <summary>Whether it can be called without credentials.</summary>
    public bool IsOpen => Security.IsEmpty || Security.Any(s => s.IsEmpty);

    /// <summary>What it promises for a status: the status itself, else its hundred, else the default; null for a status that it does not name.</summary>
    public ApiResponse? ResponseFor(string status) =>
        Responses.GetValueOrDefault(status) ?? Responses.GetValueOrDefault(status[..1] + "XX") ?? Responses.GetValueOrDefault("default");
}

/// <summary>One parameter of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place"><c>path</c>, <c>query</c>, <c>header</c> or <c>cookie</c>.</param>
/// <param name="Required">A request without it is refused.</param>
/// <param name="Schema">What it may be.</param>
/// <param name="Example">A value to try it with, or null.</param>
/// <param name="Location">Where it is described.</param>
public sealed record ApiParameter(string Name, string Place, bool Required, ApiSchema Schema, JsonElement? Example, Location Location);

/// <summary>A request's body.</summary>
/// <param name="Required">A request without it is refused.</param>
/// <param name="Content">What it may be, by media type.</param>
/// <param name="Location">Where it is described.</param>
public sealed record ApiBody(bool Required, ImmutableSortedDictionary<string, ApiSchema> Content, Location Location);

/// <summary>What is answered with one status.</summary>
/// <param name="Content">What the body is, by media type; empty for none.</param>
/// <param name="Headers">Headers that it carries.</param>
/// <param name="Location">Where it is described.</param>
public sealed record ApiResponse(
    ImmutableSortedDictionary<string, ApiSchema> Content, ImmutableSortedDictionary<string, ApiSchema> Headers, Location Location);
