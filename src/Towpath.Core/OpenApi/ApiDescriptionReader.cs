using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>What came of reading a description.</summary>
/// <param name="Description">The model; null when any diagnostic is an error.</param>
/// <param name="Diagnostics">All problems of all its files, by file, line and column.</param>
public sealed record ApiReading(ApiDescription? Description, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>Reads an OpenAPI 3.0 or 3.1 description, in YAML or JSON, from the files of a commit.</summary>
public static class ApiDescriptionReader
{
    /// <summary>Reads a description with all that it refers to in the commit.</summary>
    /// <param name="path">Path of the description in the commit.</param>
    /// <param name="read">Content of a file of the commit, or null where there is none.</param>
    public static ApiReading Read(string path, Func<string, ReadOnlyMemory<byte>?> read)
    {
        var bag = new DiagnosticBag();
        var documents = new ApiDocuments(read, bag);
        var description = documents.Open(path) is { } root ? Read(path, root, documents, bag) : null;
        return new ApiReading(bag.HasErrors ? null : description, bag.ToSorted());
    }

    private static ApiDescription? Read(string path, YamlNode root, ApiDocuments documents, DiagnosticBag bag)
    {
        var values = new NodeReader(bag);
        if (values.Mapping(root, "an API description") is not { } document || Dialect(document, bag) is not { } is30)
            return null;

        ApiKeys.Document.Check(document, bag);
        var paths = document.Entry("paths");
        if (paths is null && document.Entry("webhooks") is null)
            bag.Add(ValueDiagnostics.MissingKey(document.Entry("openapi")!.Key.Location, "an API description", "`paths`"));

        var info = values.Mapping(document.Get("info"), ApiKeys.Info);
        var (title, version) = Info(document, info, values);
        values.Mapping(document.Get("components"), ApiKeys.Components);
        var schemas = new ApiSchemaReader(documents, values, is30);
        var operations = new ApiOperationReader(documents, values, schemas, document).Read(paths?.Value);
        schemas.Finish();
        ApiRules.Check(operations, bag);
        return new ApiDescription(
            path, title ?? "", version ?? "", BasePath(document, values), operations, documents.Files, (paths?.Key ?? document.Entry("openapi")!.Key).Location);
    }

    /// <summary>Whether it is 3.0; null for anything but 3.0 and 3.1, which is told.</summary>
    private static bool? Dialect(YamlMapping document, DiagnosticBag bag)
    {
        var found = (document.Entry("openapi") ?? document.Entry("swagger"))?.Value as YamlScalar;
        if (found is { Value: var version } && document.Entry("openapi") is not null)
        {
            if (version.StartsWith("3.0.", StringComparison.Ordinal) || version == "3.0")
                return true;
            if (version.StartsWith("3.1.", StringComparison.Ordinal) || version == "3.1")
                return false;
        }

        bag.Add(OpenApiDiagnostics.NotOpenApi3(found?.Location ?? document.Source.Locate(1, 1, 1, 2), found?.Value));
        return null;
    }

    private static (string? Title, string? Version) Info(YamlMapping document, YamlMapping? info, NodeReader values)
    {
        var place = document.Entry("info")?.Key ?? document.Entry("openapi")!.Key;
        if (info is null)
        {
            if (document.Get("info") is null)
                values.Bag.Add(ValueDiagnostics.MissingKey(place.Location, "an API description", "`info`"));
            return (null, null);
        }

        values.Require(info.Get("title"), place, "`info`", "title");
        if (info.Get("version") is null)
            values.Bag.Add(OpenApiDiagnostics.VersionMissing(place.Location));
        return (values.Text(info.Get("title"), "`title`"), values.Text(info.Get("version"), "`version`"));
    }

    private static string BasePath(YamlMapping document, NodeReader values)
    {
        if (values.Items(document.Get("servers"), "`servers`") is not [YamlMapping first, ..] || values.Text(first.Get("url"), "`url`") is not { } url)
            return "";
        var path = url.Contains("://", StringComparison.Ordinal) ? Uri.TryCreate(url, UriKind.Absolute, out var whole) ? whole.AbsolutePath : "" : url;
        return path.StartsWith('/') && !path.Contains('{', StringComparison.Ordinal) ? path.TrimEnd('/') : "";
    }
}
