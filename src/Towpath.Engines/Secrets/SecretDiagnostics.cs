using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Secrets;

/// <summary>What goes wrong with secrets and their keys: TP4830 to TP4839. None shows a value or a key.</summary>
public static class SecretDiagnostics
{
    /// <summary>TP4830: the file of the keys can't be used.</summary>
    public static Diagnostic UnusableKeys(string file, string why) => new(
        "TP4830", Severity.Error, $"the keys of secrets in {file} can't be used: {why}",
        Notes: ["Nothing was changed. A new file would open none of the secrets that there are."], Help: "Put the file back from your copy of it; only its owner may read it (chmod 600).");

    /// <summary>TP4831: a value can't be opened.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="name">Name of the secret.</param>
    /// <param name="key">Name of the key that sealed it, or null where it is no sealed value.</param>
    /// <param name="known">Names of the keys that there are.</param>
    public static Diagnostic CantBeOpened(string environment, string name, string? key, IEnumerable<string> known)
    {
        var keys = string.Join(", ", known);
        return new(
            "TP4831", Severity.Error, $"secret \"{name}\" of {environment} can't be opened",
            Notes: [key is null
                ? "Its file is damaged."
                : keys.Split(", ").Contains(key) ? $"It was altered, or belongs to another environment; key {key} is there." : $"Key {key} sealed it; this control plane has {keys}."],
            Help: $"Bring that key back, or give it a new value: `towpath secret set {environment} {name}`.");
    }
}
