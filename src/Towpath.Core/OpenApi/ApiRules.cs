using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>Rules over all operations of a description.</summary>
internal static partial class ApiRules
{
    /// <summary>Tells what contradicts itself.</summary>
    public static void Check(ImmutableArray<ApiOperation> operations, DiagnosticBag bag)
    {
        var ids = new Dictionary<string, ApiOperation>(StringComparer.Ordinal);
        var shapes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            if (operation.Id is { } id && !ids.TryAdd(id, operation))
                bag.Add(OpenApiDiagnostics.DuplicateOperationId(operation.Location, id, ids[id].Name));
            if (shapes.TryGetValue(ShapeOf(operation.Path), out var same) && same != operation.Path)
                bag.Add(OpenApiDiagnostics.SamePath(operation.Location, operation.Path, same));
            else
                shapes[ShapeOf(operation.Path)] = operation.Path;
            CheckParameters(operation, bag);
        }
    }

    /// <summary>A path with its parameters made alike: two paths of one shape answer the same requests.</summary>
    public static string ShapeOf(string path) => Template().Replace(path, "{}");

    /// <summary>Names of the parameters of a path, in order.</summary>
    public static ImmutableArray<string> ParametersOf(string path) => [.. Template().Matches(path).Select(m => m.Groups["name"].Value)];

    private static void CheckParameters(ApiOperation operation, DiagnosticBag bag)
    {
        var written = ParametersOf(operation.Path);
        var declared = operation.Parameters.Where(p => p.Place == "path").ToList();
        foreach (var name in written.Where(n => declared.TrueForAll(d => d.Name != n)))
            bag.Add(OpenApiDiagnostics.PathParameterUndeclared(operation.Location, operation.Name, name));
        foreach (var parameter in declared.Where(d => !written.Contains(d.Name)))
            bag.Add(OpenApiDiagnostics.PathParameterUnused(parameter.Location, parameter.Name, operation.Path, written));
    }

    [GeneratedRegex(@"\{(?<name>[^{}/]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Template();
}
