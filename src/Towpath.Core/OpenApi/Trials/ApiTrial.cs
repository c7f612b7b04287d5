using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Towpath.Core.OpenApi.Trials;

/// <summary>A request that a description says how to make.</summary>
/// <param name="Operation">What is tried.</param>
/// <param name="Target">Path and query inside of the service, escaped.</param>
/// <param name="Headers">Headers to send.</param>
public sealed record TrialRequest(ApiOperation Operation, string Target, ImmutableSortedDictionary<string, string> Headers)
{
    /// <summary>For people: <c>GET /orders/1</c>.</summary>
    public string Name => $"{Operation.Method} {Target}";
}

/// <summary>What of an API is tried.</summary>
/// <param name="Requests">In source order.</param>
/// <param name="Skipped">Operations that are not, each with its reason.</param>
public sealed record TrialPlan(ImmutableArray<TrialRequest> Requests, ImmutableArray<string> Skipped);

/// <summary>Which requests try an API without changing anything, and whether an answer is one that was promised.</summary>
public static class ApiTrial
{
    private const int MaxRequests = 200;
    private static readonly string[] Safe = ["GET", "HEAD", "OPTIONS"];

    /// <summary>The requests that can be made from a description alone: safe methods that are open, with a value for each parameter that is required.</summary>
    /// <param name="description">What is promised.</param>
    /// <param name="start">What its paths begin with inside of the service, see <see cref="ServiceApis.BaseInside"/>.</param>
    public static TrialPlan Plan(ApiDescription description, string start)
    {
        var requests = ImmutableArray.CreateBuilder<TrialRequest>();
        var skipped = ImmutableArray.CreateBuilder<string>();
        foreach (var operation in description.Operations)
        {
            if (WhyNot(operation, requests.Count) is { } reason)
                skipped.Add($"{operation.Name}: {reason}");
            else
                requests.Add(Request(operation, start));
        }

        return new TrialPlan(requests.ToImmutable(), skipped.ToImmutable());
    }

    /// <summary>What of an answer was not promised; empty when all of it was.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="status">Status of the answer.</param>
    /// <param name="mediaType">Media type of the answer without its parameters, or null for none.</param>
    /// <param name="body">Body of the answer.</param>
    public static ImmutableArray<string> Judge(TrialRequest request, int status, string? mediaType, ReadOnlyMemory<byte> body)
    {
        var code = status.ToString(CultureInfo.InvariantCulture);
        var operation = request.Operation;
        if (operation.ResponseFor(code) is not { } response)
            return [$"{request.Name}: it answered {code}, which is not among {string.Join(", ", operation.Responses.Keys)}"];
        if (response.Content.IsEmpty || operation.Method == "HEAD")
            return [];
        if (SchemaFor(response, mediaType) is not { } schema)
            return [$"{request.Name}: {code}: the content must be {string.Join(" or ", response.Content.Keys)}, is {mediaType ?? "of no type"}"];
        if (!IsJson(mediaType!))
            return [];
        return [.. Differences(schema, body).Select(d => $"{request.Name}: {code}: {d}")];
    }

    private static ImmutableArray<string> Differences(ApiSchema schema, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return JsonShape.Differences(schema, document.RootElement);
        }
        catch (JsonException)
        {
            return ["the body is not JSON"];
        }
    }

    private static string? WhyNot(ApiOperation operation, int requests)
    {
        if (!Safe.Contains(operation.Method))
            return "not a safe method";
        if (!operation.IsOpen)
            return "needs credentials";
        if (operation.Parameters.FirstOrDefault(p => p.Required && ValueOf(p) is null) is { } without)
            return $"the {without.Place} parameter `{without.Name}` has no example";
        if (operation.Body is { Required: true })
            return "needs a body";
        return requests >= MaxRequests ? $"{MaxRequests} requests are enough" : null;
    }

    private static TrialRequest Request(ApiOperation operation, string start)
    {
        var path = new StringBuilder(start + operation.Path);
        var query = new List<string>();
        var headers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in operation.Parameters)
        {
            if (ValueOf(parameter) is not { } value)
                continue;
            var escaped = Uri.EscapeDataString(value);
            if (parameter.Place == "path")
                path.Replace("{" + parameter.Name + "}", escaped);
            else if (parameter.Place == "query")
                query.Add($"{Uri.EscapeDataString(parameter.Name)}={escaped}");
            else if (parameter.Place == "cookie")
                headers["Cookie"] = headers.TryGetValue("Cookie", out var others) ? $"{others}; {parameter.Name}={escaped}" : $"{parameter.Name}={escaped}";
            else if (!value.Any(char.IsControl))
                headers[parameter.Name] = value;
        }

        var target = query.Count == 0 ? path.ToString() : $"{path}?{string.Join('&', query)}";
        return new TrialRequest(operation, target, headers.ToImmutable());
    }

    /// <summary>The value to try a parameter with: its example, else its schema's; a required one may also take the default or the first of an enum.</summary>
    private static string? ValueOf(ApiParameter parameter)
    {
        var value = parameter.Example ?? parameter.Schema.Example
            ?? (parameter.Required ? parameter.Schema.Default ?? (parameter.Schema.Values is [var first, ..] ? first : null) : null);
        return value is { } found ? ApiValues.Text(found) : null;
    }

    private static ApiSchema? SchemaFor(ApiResponse response, string? mediaType) => mediaType is null
        ? null
        : response.Content.GetValueOrDefault(mediaType)
            ?? response.Content.GetValueOrDefault(mediaType.Split('/')[0] + "/*")
            ?? response.Content.GetValueOrDefault("*/*");

    private static bool IsJson(string mediaType) =>
        mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
}
