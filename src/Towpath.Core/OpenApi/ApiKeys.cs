using Towpath.Core.Compose;

namespace Towpath.Core.OpenApi;

/// <summary>The keys of each kind of object, of OpenAPI 3.0 and 3.1 together. Keys that begin with <c>x-</c> are the user's own.</summary>
internal static class ApiKeys
{
    public static readonly KeyTable Document = new(
        "an API description", "openapi info jsonSchemaDialect servers paths webhooks components security tags externalDocs");

    public static readonly KeyTable Info = new("`info`", "title summary description termsOfService contact license version");

    public static readonly KeyTable Components = new(
        "`components`", "schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems");

    public static readonly KeyTable PathItem = new(
        "a path", "$ref summary description get put post delete options head patch trace servers parameters");

    public static readonly KeyTable Operation = new(
        "an operation", "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers");

    public static readonly KeyTable Parameter = new(
        "a parameter",
        "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content $ref");

    public static readonly KeyTable Header = new(
        "a header", "description required deprecated allowEmptyValue style explode allowReserved schema example examples content $ref");

    public static readonly KeyTable Body = new("a request body", "description content required $ref");

    public static readonly KeyTable Response = new("a response", "description headers content links summary $ref");

    public static readonly KeyTable Media = new("a media type", "schema example examples encoding");

    /// <summary>Keys of a schema in 3.0; in 3.1 a schema may have any further key.</summary>
    public static readonly KeyTable Schema = new(
        "a schema",
        """
        $ref title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems
        maxProperties minProperties required enum type not allOf oneOf anyOf items properties additionalProperties description format
        default nullable discriminator readOnly writeOnly example externalDocs deprecated xml
        """.ReplaceLineEndings(" "));
}
