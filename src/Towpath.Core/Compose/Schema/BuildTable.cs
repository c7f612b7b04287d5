using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary><c>build</c> of a service, key by key.</summary>
internal static class BuildTable
{
    /// <summary>How an image is built.</summary>
    public static Table Build { get; } = new("build")
    {
        ["context"] = Text,
        ["dockerfile"] = Text,
        ["dockerfile_inline"] = Text,
        ["entitlements"] = Texts,
        ["args"] = Variables,
        ["ssh"] = Keys,
        ["labels"] = Pairs,
        ["cache_from"] = Texts,
        ["cache_to"] = Texts,
        ["no_cache"] = Flag,
        ["no_cache_filter"] = TextOrUniqueTexts,
        ["additional_contexts"] = Pairs,
        ["network"] = Text,
        ["provenance"] = TextOrBoolean,
        ["sbom"] = TextOrBoolean,
        ["pull"] = Flag,
        ["target"] = Text,
        ["shm_size"] = WholeBytes,
        ["extra_hosts"] = Hosts,
        ["isolation"] = Text,
        ["privileged"] = Flag,
        ["secrets"] = SharedTables.BuildFiles,
        ["tags"] = Texts,
        ["ulimits"] = SharedTables.Ulimits,
        ["platforms"] = Texts,
    };
}
