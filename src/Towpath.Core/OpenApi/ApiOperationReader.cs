using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Compose;

namespace Towpath.Core.OpenApi;

/// <summary>The paths of a description with their operations.</summary>
internal sealed class ApiOperationReader(ApiDocuments documents, NodeReader values, ApiSchemaReader schemas, YamlMapping document)
{
    private const int MaxPaths = 5000;
    private const int MaxParts = 200;
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    private static readonly string[] Places = ["path", "query", "header", "cookie"];

    // Of the request itself: a description of them says nothing.
    private static readonly string[] IgnoredHeaders = ["accept", "content-type", "authorization"];
    private readonly YamlMapping? _schemes = (document.Get("components") as YamlMapping)?.Get("securitySchemes") as YamlMapping;

    /// <summary>All operations, in source order.</summary>
    /// <param name="paths">The value of <c>paths</c>.</param>
    public ImmutableArray<ApiOperation> Read(YamlNode? paths)
    {
        var common = Security(document.Get("security"));
        var operations = ImmutableArray.CreateBuilder<ApiOperation>();
        foreach (var entry in values.Entries(paths, "`paths`", MaxPaths).Where(e => !e.Name.StartsWith("x-", StringComparison.Ordinal)))
        {
            if (!entry.Name.StartsWith('/'))
                values.Bag.Add(OpenApiDiagnostics.PathWithoutSlash(entry.Key.Location, entry.Name));
            if (documents.Follow(entry.Value, out _) is not { } node || values.Mapping(node, ApiKeys.PathItem) is not { } path)
                continue;

            var shared = Parameters(path.Get("parameters"));
            foreach (var method in path.Entries.Where(e => Methods.Contains(e.Name)))
            {
                if (Operation(entry.Name, method, shared, common) is { } operation)
                    operations.Add(operation);
            }
        }

        return operations.ToImmutable();
    }

    private ApiOperation? Operation(
        string path, YamlEntry method, ImmutableArray<ApiParameter> shared, ImmutableArray<ImmutableSortedSet<string>> common)
    {
        if (values.Mapping(method.Value, ApiKeys.Operation) is not { } node)
            return null;

        var own = Parameters(node.Get("parameters"));
        return new ApiOperation
        {
            Method = method.Name.ToUpperInvariant(),
            Path = path,
            Id = values.Text(node.Get("operationId"), "`operationId`"),
            Parameters = [.. shared.Where(s => !own.Any(o => (o.Name, o.Place) == (s.Name, s.Place))), .. own],
            Body = Body(node.Get("requestBody")),
            Responses = Responses(node, method),
            Security = node.Entry("security") is null ? common : Security(node.Get("security")),
            Deprecated = values.Boolean(node.Get("deprecated"), "`deprecated`") ?? false,
            Words = ApiSchemaReader.Words(node, "summary", "description"),
            Location = method.Key.Location,
        };
    }

    private ImmutableArray<ApiParameter> Parameters(YamlNode? node)
    {
        var parameters = ImmutableArray.CreateBuilder<ApiParameter>();
        foreach (var item in values.Items(node, "`parameters`"))
        {
            if (Parameter(item) is not { } parameter)
                continue;
            if (parameters.Any(p => (p.Name, p.Place) == (parameter.Name, parameter.Place)))
                values.Bag.Add(OpenApiDiagnostics.DuplicateParameter(item.Location, parameter.Name, parameter.Place));
            else
                parameters.Add(parameter);
        }

        return parameters.ToImmutable();
    }

    private ApiParameter? Parameter(YamlNode item)
    {
        if (documents.Follow(item, out _) is not { } target || values.Mapping(target, ApiKeys.Parameter) is not { } node
            || !values.Require(node.Get("name"), node, "a parameter", "name") || !values.Require(node.Get("in"), node, "a parameter", "in")
            || values.NonEmpty(node.Get("name"), "`name`") is not { } name || values.Word(node.Get("in"), "`in`", Places) is not { } place)
        {
            return null;
        }

        if (place == "header" && IgnoredHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            return null;
        var required = values.Boolean(node.Get("required"), "`required`") ?? false;
        if (place == "path" && !required)
            values.Bag.Add(OpenApiDiagnostics.PathParameterOptional((node.Get("required") ?? node.Get("name")!).Location, name));
        var schema = SchemaOf(node);
        return new ApiParameter(name, place, required, schema, Example(node, schema), node.Get("name")!.Location);
    }

    /// <summary>The schema of a parameter or header: given, or that of its only media type.</summary>
    private ApiSchema SchemaOf(YamlMapping node) =>
        node.Get("content") is YamlMapping { Entries: [{ Value: YamlMapping media }, ..] }
            ? schemas.Read(media.Get("schema"), media)
            : schemas.Read(node.Get("schema"), node);

    private JsonElement? Example(YamlMapping node, ApiSchema schema)
    {
        var example = node.Get("example");
        if (example is null && node.Get("examples") is YamlMapping { Entries: [{ Value: var first }, ..] })
            example = (documents.Follow(first, out _) as YamlMapping)?.Get("value");
        return example is null ? null : schemas.Example(example, schema);
    }

    private ApiBody? Body(YamlNode? node)
    {
        if (node is null || documents.Follow(node, out _) is not { } target || values.Mapping(target, ApiKeys.Body) is not { } body)
            return null;
        values.Require(body.Get("content"), body, "a request body", "content");
        return new ApiBody(values.Boolean(body.Get("required"), "`required`") ?? false, Content(body.Get("content")), node.Location);
    }

    private ImmutableSortedDictionary<string, ApiSchema> Content(YamlNode? node)
    {
        var content = ImmutableSortedDictionary.CreateBuilder<string, ApiSchema>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in values.Entries(node, "`content`", MaxParts))
        {
            if (values.Mapping(entry.Value.IsNull ? null : entry.Value, ApiKeys.Media) is not { } media)
                continue;
            var schema = schemas.Read(media.Get("schema"), entry.Key);
            Example(media, schema);
            content[entry.Name.Split(';')[0].Trim()] = schema;
        }

        return content.ToImmutable();
    }

    private ImmutableSortedDictionary<string, ApiResponse> Responses(YamlMapping operation, YamlEntry method)
    {
        var responses = ImmutableSortedDictionary.CreateBuilder<string, ApiResponse>(StringComparer.Ordinal);
        foreach (var entry in values.Entries(operation.Get("responses"), "`responses`", MaxParts).Where(e => !e.Name.StartsWith("x-", StringComparison.Ordinal)))
        {
            if (!IsStatus(entry.Name))
                values.Bag.Add(OpenApiDiagnostics.BadStatus(entry.Key.Location, entry.Name));
            else if (Response(entry) is { } response)
                responses[entry.Name.ToUpperInvariant() is var upper && upper == "DEFAULT" ? "default" : upper] = response;
        }

        if (operation.Get("responses") is null or YamlMapping { Entries: [] })
            values.Bag.Add(OpenApiDiagnostics.NoResponse((operation.Entry("responses")?.Key ?? method.Key).Location));
        return responses.ToImmutable();
    }

    private ApiResponse? Response(YamlEntry entry)
    {
        if (documents.Follow(entry.Value, out _) is not { } target || values.Mapping(target, ApiKeys.Response) is not { } response)
            return null;
        var headers = ImmutableSortedDictionary.CreateBuilder<string, ApiSchema>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in values.Entries(response.Get("headers"), "`headers`", MaxParts))
        {
            if (documents.Follow(header.Value, out _) is { } node && values.Mapping(node, ApiKeys.Header) is { } mapping)
                headers[header.Name] = SchemaOf(mapping);
        }

        return new ApiResponse(Content(response.Get("content")), headers.ToImmutable(), entry.Key.Location);
    }

    private ImmutableArray<ImmutableSortedSet<string>> Security(YamlNode? node)
    {
        var alternatives = ImmutableArray.CreateBuilder<ImmutableSortedSet<string>>();
        foreach (var item in values.Items(node, "`security`"))
        {
            var needed = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
            foreach (var scheme in values.Entries(item, "a security requirement", MaxParts))
            {
                if (_schemes?.Entry(scheme.Name) is null)
                    values.Bag.Add(OpenApiDiagnostics.UnknownScheme(scheme.Key.Location, scheme.Name, _schemes?.Entries.Select(e => e.Name) ?? []));
                needed.Add(scheme.Name);
                needed.UnionWith(values.Texts(scheme.Value, "scopes").Select(scope => $"{scheme.Name}:{scope}"));
            }

            alternatives.Add(needed.ToImmutable());
        }

        return alternatives.ToImmutable();
    }

    private static bool IsStatus(string key) =>
        key == "default" || (key is [>= '1' and <= '5', var tens, var ones] && ((char.IsAsciiDigit(tens) && char.IsAsciiDigit(ones)) || (tens is 'X' or 'x' && ones is 'X' or 'x')));
}
