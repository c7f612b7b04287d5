namespace Towpath.Core.Compose.Schema;

/// <summary>The kind of a node, in the words of the schema.</summary>
internal static class PlainValue
{
    /// <summary>The kind of a node.</summary>
    public static Kinds KindOf(YamlNode node) => node switch
    {
        YamlMapping => Kinds.Mapping,
        YamlSequence => Kinds.List,
        YamlScalar scalar => scalar.Type switch
        {
            YamlType.Null => Kinds.Null,
            YamlType.Boolean => Kinds.Boolean,
            YamlType.Integer => Kinds.Integer,
            YamlType.Float => Kinds.Fraction,
            _ => Kinds.Text,
        },
        _ => Kinds.None,
    };
}
