namespace Towpath.Core.Compose;

/// <summary>What kind of mistake a code tells of, in the classes that other readers of Compose files share.</summary>
public static class ComposeErrorClass
{
    /// <summary>The class of a code: <c>schema</c>, <c>interpolation</c>, <c>consistency</c>, <c>cycle</c>, <c>yaml</c>, <c>extends-include</c>, <c>missing-file-or-service</c> or <c>other</c>.</summary>
    public static string Of(string code) => code switch
    {
        "TP1030" or "TP1048" or "TP1037" or "TP1039" or "TP1042" or "TP1052" or "TP1053" or "TP1054" => "schema",
        "TP1020" or "TP1021" or "TP1022" or "TP1024" => "interpolation",
        "TP1036" or "TP1060" or "TP1062" or "TP1068" or "TP1077" or "TP1078" or "TP1079" => "consistency",
        "TP1061" or "TP1084" => "cycle",
        "TP1003" or "TP1004" or "TP1005" or "TP1008" or "TP1009" or "TP1010" or "TP1011" or "TP1012" or "TP1080" or "TP1082" => "yaml",
        "TP1081" or "TP1085" => "extends-include",
        "TP1059" or "TP1083" => "missing-file-or-service",
        _ => "other",
    };
}
