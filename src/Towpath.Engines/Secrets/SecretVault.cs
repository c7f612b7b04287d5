using System.Globalization;

namespace Towpath.Engines.Secrets;

/// <summary>What came of sealing all values by the first key.</summary>
/// <param name="Key">Name of that key.</param>
/// <param name="Sealed">Values that were sealed by another one before.</param>
/// <param name="Unopened">Values that no key opens, as <c>APP/ENV/NAME version N</c>.</param>
/// <param name="Unneeded">Names of keys that nothing is sealed by any more.</param>
public sealed record KeyRotation(string Key, int Sealed, IReadOnlyList<string> Unopened, IReadOnlyList<string> Unneeded);

/// <summary>The secrets of all environments of a state folder: <c>environments/APP/ENV/secrets/NAME/VERSION.sealed</c>.</summary>
/// <param name="stateFolder">State folder.</param>
/// <param name="keyring">Its keys.</param>
/// <param name="shown">Where opened values lie for containers; by default where <see cref="ShownSecrets"/> says.</param>
public sealed class SecretVault(string stateFolder, SecretKeyring keyring, string? shown = null)
{
    private readonly Lazy<string> _shown = new(() => shown ?? ShownSecrets.Of(stateFolder));
    private readonly Lock _turn = new();

    /// <summary>Whether Towpath keeps the keys itself.</summary>
    public bool KeepsKeys => keyring.IsOwn;

    /// <summary>Those of one environment, shown for its containers.</summary>
    public EnvironmentSecrets Of(string application, string environment)
    {
        var secrets = new EnvironmentSecrets(
            application, environment, Path.Combine(stateFolder, "environments", application, environment, "secrets"),
            () => Path.Combine(_shown.Value, application, environment), keyring, _turn);
        secrets.Show();
        return secrets;
    }

    /// <summary>Takes all shown values of an application away.</summary>
    public void Hide(string application)
    {
        var folder = Path.Combine(_shown.Value, application);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Seals every value by one key: a new one where Towpath keeps the keys itself, else the first of those that were given. It may be killed at any moment and done again.
    /// </summary>
    /// <exception cref="Core.Diagnostics.DiagnosticException">TP4830.</exception>
    public KeyRotation Rotate()
    {
        lock (_turn)
        {
            keyring.AddKey();
            var keys = keyring.Keys;
            var (count, unopened) = (0, new List<string>());
            foreach (var (place, file) in Values())
            {
                var whole = File.ReadAllBytes(file);
                if (SealedValue.KeyOf(whole) == keys.First.Id) continue;
                if (SealedValue.Open(keys, place, whole) is not { } value)
                {
                    unopened.Add(string.Create(CultureInfo.InvariantCulture, $"{place.Application}/{place.Environment}/{place.Name} version {place.Version}"));
                    continue;
                }

                EnvironmentSecrets.WriteSealed(file, SealedValue.Seal(keys.First, place, value));
                count++;
            }

            // A value that was altered may be mended from a backup, and then wants its key.
            if (unopened.Count > 0) return new KeyRotation(keys.First.Id, count, unopened, []);
            keyring.KeepFirst();
            return new KeyRotation(keys.First.Id, count, unopened, [.. keys.All.Skip(1).Select(k => k.Id)]);
        }
    }

    private IEnumerable<(SecretPlace Place, string File)> Values()
    {
        var root = Path.Combine(stateFolder, "environments");
        if (!Directory.Exists(root)) yield break;
        foreach (var file in Directory.EnumerateFiles(root, "*" + EnvironmentSecrets.Suffix, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 5 }))
        {
            if (Path.GetRelativePath(root, file).Split('/') is [var application, var environment, "secrets", var name, var last]
                && int.TryParse(last.AsSpan(0, last.Length - EnvironmentSecrets.Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                yield return (new SecretPlace(application, environment, name, version), file);
        }
    }
}
