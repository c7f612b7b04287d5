using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>TP24xx, first part: what can be wrong in an API description.</summary>
public static class OpenApiDiagnostics
{
    /// <summary>Another kind of document, or another version.</summary>
    public static Diagnostic NotOpenApi3(Location place, string? version) => new(
        "TP2401",
        Severity.Error,
        version is null ? "this is no OpenAPI description" : $"version {version} of OpenAPI is not read",
        place,
        "expected `openapi: 3.0.x` or `3.1.x`",
        Notes: ["an API description is OpenAPI 3.0 or 3.1, in YAML or JSON"],
        Help: "begin the file with `openapi: 3.1.0`; converters carry Swagger 2.0 over");

    /// <summary>The API has no version.</summary>
    public static Diagnostic VersionMissing(Location place) => new(
        "TP2402",
        Severity.Error,
        "the API has no version",
        place,
        "needs `version`",
        Notes: ["a new major version is how clients learn of a change that breaks them"],
        Help: "add `version: 1.0.0` below `info`");

    /// <summary>A reference that leads nowhere.</summary>
    public static Diagnostic BrokenReference(Location place, string reference, string reason, string? near) => new(
        "TP2403",
        Severity.Error,
        $"`{reference}` leads nowhere",
        place,
        reason,
        Help: near is null ? "correct the reference, or add what it names" : $"did you mean `{near}`?");

    /// <summary>References that lead to each other.</summary>
    public static Diagnostic ReferenceCycle(Location place, string reference) => new(
        "TP2404",
        Severity.Error,
        $"`{reference}` leads back to itself",
        place,
        "part of a circle",
        Notes: ["a schema may use itself in a property, but not be nothing else than itself"],
        Help: "let one of the references on the way be the thing itself");

    /// <summary>A reference out of the commit.</summary>
    public static Diagnostic RemoteReference(Location place, string reference) => new(
        "TP2405",
        Severity.Error,
        $"`{reference}` is not in the commit",
        place,
        "would have to be fetched",
        Notes: ["what a description says must not depend on what another server answers today"],
        Help: "copy the file into the repository and refer to it by its path");

    /// <summary>A path that does not begin with a slash.</summary>
    public static Diagnostic PathWithoutSlash(Location place, string path) => new(
        "TP2406",
        Severity.Error,
        $"the path `{path}` does not begin with a slash",
        place,
        Help: $"write `/{path}`");

    /// <summary>Two operations with one identifier.</summary>
    public static Diagnostic DuplicateOperationId(Location place, string id, string other) => new(
        "TP2407",
        Severity.Error,
        $"`{id}` is the operationId of {other} already",
        place,
        "the same identifier",
        Notes: ["generated clients name a method after it"],
        Help: "give each operation its own");

    /// <summary>Two paths that answer the same requests.</summary>
    public static Diagnostic SamePath(Location place, string path, string other) => new(
        "TP2408",
        Severity.Error,
        $"`{path}` and `{other}` are the same path",
        place,
        Notes: ["names of parameters do not tell paths apart"],
        Help: "describe all methods below one of them");

    /// <summary>A parameter in a path without a declaration.</summary>
    public static Diagnostic PathParameterUndeclared(Location place, string operation, string name) => new(
        "TP2409",
        Severity.Error,
        $"the parameter `{name}` of {operation} is not declared",
        place,
        Help: $"add `parameters: [{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}]`");

    /// <summary>A path parameter that the path does not have.</summary>
    public static Diagnostic PathParameterUnused(Location place, string name, string path, IEnumerable<string> written) => new(
        "TP2410",
        Severity.Error,
        $"the path `{path}` has no parameter `{name}`",
        place,
        Help: Suggest.Nearest(name, written) is { } near ? $"did you mean `{near}`?" : $"write `{{{name}}}` into the path, or say where else the parameter is");

    /// <summary>A path parameter that is not required.</summary>
    public static Diagnostic PathParameterOptional(Location place, string name) => new(
        "TP2411",
        Severity.Error,
        $"the path parameter `{name}` must be required",
        place,
        Notes: ["a path without one of its parts is another path"],
        Help: "add `required: true`");

    /// <summary>A parameter that is declared twice.</summary>
    public static Diagnostic DuplicateParameter(Location place, string name, string where) => new(
        "TP2412",
        Severity.Error,
        $"the {where} parameter `{name}` is declared twice",
        place,
        "the second",
        Help: "keep one of them");

    /// <summary>A key that is no status.</summary>
    public static Diagnostic BadStatus(Location place, string key) => new(
        "TP2413",
        Severity.Error,
        $"`{key}` is no status of a response",
        place,
        Help: "write a status such as `200`, a hundred of them such as `4XX`, or `default`");

    /// <summary>An operation that answers nothing.</summary>
    public static Diagnostic NoResponse(Location place) => new(
        "TP2414",
        Severity.Error,
        "no response is described",
        place,
        "answers nothing",
        Notes: ["clients program against what is answered, and the pipeline tries it"],
        Help: "add `responses` with at least the status of success");

    /// <summary>A type that JSON does not have.</summary>
    public static Diagnostic UnknownType(Location place, string type, IEnumerable<string> known) => new(
        "TP2415",
        Severity.Error,
        $"there is no type `{type}`",
        place,
        Notes: [$"the types are {string.Join(", ", known)}, and in OpenAPI 3.1 `null`"],
        Help: type switch
        {
            "null" => "in OpenAPI 3.0 write `nullable: true`",
            "int" or "long" => "write `type: integer`, and `format: int32` or `int64`",
            "float" or "double" or "decimal" => "write `type: number`",
            "date" or "datetime" or "uuid" => "write `type: string` with a `format`",
            _ => Suggest.Nearest(type, known) is { } near ? $"did you mean `{near}`?" : null,
        });

    /// <summary>A value of an enum that the type excludes.</summary>
    public static Diagnostic ValueOfOtherType(Location place, string value, IEnumerable<string> types) => new(
        "TP2416",
        Severity.Error,
        $"`{value}` is not of the type {string.Join(" or ", types)}",
        place,
        "can never be sent",
        Help: "correct the value (quotes make a text of a number) or the type");

    /// <summary>Bounds that nothing can be between.</summary>
    public static Diagnostic EmptyRange(Location place, string low, string high) => new(
        "TP2417",
        Severity.Error,
        $"`{low}` is above `{high}`",
        place,
        "no value fits",
        Help: "correct one of them");

    /// <summary>A required property that is not described.</summary>
    public static Diagnostic RequiredUnknown(Location place, string name, IEnumerable<string> known) => new(
        "TP2418",
        Severity.Warning,
        $"the required property `{name}` is not described",
        place,
        Help: Suggest.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : "describe it below `properties`");

    /// <summary>A list of unknown things.</summary>
    public static Diagnostic ArrayWithoutItems(Location place) => new(
        "TP2419",
        Severity.Error,
        "a list needs `items`",
        place,
        "a list of what?",
        Help: "add `items:` with the schema of one item; `items: {}` takes anything");

    /// <summary>An example that its own schema refuses.</summary>
    public static Diagnostic ExampleDiffers(Location place, string difference) => new(
        "TP2420",
        Severity.Warning,
        $"the example does not fit its schema: {difference}",
        place,
        Notes: ["people copy examples, and the pipeline sends those of parameters"],
        Help: "correct the example or the schema");

    /// <summary>Security by a scheme that nobody declared.</summary>
    public static Diagnostic UnknownScheme(Location place, string scheme, IEnumerable<string> known) => new(
        "TP2421",
        Severity.Error,
        $"there is no security scheme `{scheme}`",
        place,
        Help: Suggest.Nearest(scheme, known) is { } near ? $"did you mean `{near}`?" : "declare it below `components.securitySchemes`");

    /// <summary>The health endpoint is not described.</summary>
    public static Diagnostic HealthNotDescribed(Location place, string service, string health) => new(
        "TP2422",
        Severity.Warning,
        $"the health endpoint `{health}` of `{service}` is not described",
        place,
        $"has no `GET {health}`",
        Notes: ["what watches the service is a client like any other: it must know what is answered when all is well and when not"],
        Help: $"describe `GET {health}`, with its 200 and with the status that says it is not ready");
}
