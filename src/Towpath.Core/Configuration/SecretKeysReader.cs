using Towpath.Core.Compose;

namespace Towpath.Core.Configuration;

/// <summary><c>secrets: { keys: … }</c>: what the values of secrets are sealed with on the disk.</summary>
internal sealed class SecretKeysReader(NodeReader values, SecretReader secrets)
{
    private static readonly KeyTable Keys = new("secrets", "keys");

    /// <summary>The keys as they are written, or null where Towpath keeps them itself or after an error.</summary>
    public Secret? Read(YamlNode? node)
    {
        if (node is null || values.Mapping(node, Keys) is not { } mapping) return null;
        var keys = mapping.Get("keys");
        if (!values.Require(keys, mapping, "secrets", "keys") || secrets.Read(keys, "keys") is not { } secret) return null;
        if (KeyText.Parse(secret.Reveal()) is not null) return secret;
        values.Bag.Add(ConfigurationDiagnostics.BadSecretKeys(keys.Location));
        return null;
    }
}
