using Towpath.Core.Compose;

namespace Towpath.Core.Configuration;

/// <summary>Values that are secret: <c>${VARIABLE}</c>, or <c>{ file: PATH }</c>; a text in the file itself is told of, and taken.</summary>
internal sealed class SecretReader(NodeReader values, ConfigurationInputs inputs)
{
    private static readonly KeyTable Keys = new("a secret", "file");

    /// <summary>The secret, or null where there is none or after an error.</summary>
    /// <param name="node">Its node, or null.</param>
    /// <param name="what">Its key, for messages.</param>
    /// <param name="mayStandHere">It gives nobody anything by itself.</param>
    public Secret? Read(YamlNode? node, string what, bool mayStandHere = false)
    {
        if (node is YamlMapping)
        {
            return OfFile(values.Mapping(node, Keys)!);
        }

        if (values.NonEmpty(node, what) is not { } text)
        {
            return null;
        }

        if (node is YamlScalar { Template: null } && !mayStandHere)
        {
            values.Bag.Add(ConfigurationDiagnostics.LiteralSecret(node.Location, what));
        }

        return new Secret(text);
    }

    private Secret? OfFile(YamlMapping mapping)
    {
        var node = mapping.Get("file");
        if (!values.Require(node, mapping, "a secret", "file") || values.NonEmpty(node, "file") is not { } path)
        {
            return null;
        }

        var secret = inputs.ReadSecret(path);
        if (string.IsNullOrEmpty(secret.Value))
        {
            values.Bag.Add(ConfigurationDiagnostics.BadSecretFile(node.Location, path, secret.Problem ?? "it is empty"));
            return null;
        }

        if (secret.IsOpenToOthers)
        {
            values.Bag.Add(ConfigurationDiagnostics.OpenSecretFile(node.Location, path));
        }

        return new Secret(secret.Value);
    }
}
