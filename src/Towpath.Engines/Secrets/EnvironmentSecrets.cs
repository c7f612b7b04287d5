using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Secrets;

/// <summary>
/// The secrets of one environment. <c>NAME/VERSION.sealed</c> is what is kept; <c>NAME/VERSION</c> is a link to the opened value in memory, and the path that containers
/// mount: it stays the same when the machine restarts. Old versions stay, since containers that still run have them mounted.
/// </summary>
public sealed class EnvironmentSecrets
{
    /// <summary>End of the name of a sealed value.</summary>
    internal const string Suffix = ".sealed";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Each is mounted alone into containers whose users are not known here; the folders above keep others out.
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _application;
    private readonly string _environment;
    private readonly string _folder;
    private readonly Func<string> _shown;
    private readonly SecretKeyring _keyring;
    private readonly Lock _turn;

    internal EnvironmentSecrets(string application, string environment, string folder, Func<string> shown, SecretKeyring keyring, Lock turn)
    {
        (_application, _environment, _folder, _shown, _keyring, _turn) = (application, environment, folder, shown, keyring, turn);
    }

    /// <summary>File of a secret's present value, for containers to mount.</summary>
    /// <exception cref="DiagnosticException">TP4831: no key opens it.</exception>
    /// <exception cref="FileNotFoundException">The secret has no value.</exception>
    public string FileOf(string name)
    {
        if (Newest(name) is not (> 0 and var version)) throw new FileNotFoundException($"secret {name} has no value");
        lock (_turn)
        {
            var link = Link(name, version);
            if (!IsShown(name, version)) ShowOne(name, version, Open(name, version));
            return link;
        }
    }

    /// <summary>Version of a secret's present value, or null where it has none. Versions grow.</summary>
    public string? Version(string name) => Newest(name) is > 0 and var version ? version.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>Version of the first value of a secret.</summary>
    public const string FirstVersion = "1";

    /// <summary>Version that a secret has once it has a value: the present one where that is its value.</summary>
    /// <exception cref="DiagnosticException">TP4831: no key opens it.</exception>
    public string VersionOf(string name, ReadOnlySpan<byte> value) =>
        (Bytes(name) is { } present && CryptographicOperations.FixedTimeEquals(present, value) ? Newest(name) : Newest(name) + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Present value of a secret, or null where it has none.</summary>
    /// <exception cref="DiagnosticException">TP4831: no key opens it.</exception>
    public string? Value(string name) => Bytes(name) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Present value of a secret, byte for byte, or null where it has none: it may be no text.</summary>
    /// <exception cref="DiagnosticException">TP4831: no key opens it.</exception>
    public byte[]? Bytes(string name) => Newest(name) is > 0 and var version ? Open(name, version) : null;

    /// <summary>The value that a secret had in a version, byte for byte; null where that is not kept.</summary>
    /// <exception cref="DiagnosticException">TP4831: no key opens it.</exception>
    public byte[]? Bytes(string name, string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Versions(name).Contains(number) ? Open(name, number) : null;

    /// <summary>Gives a secret a value; the same one again makes no new version. One that no key opens any more is replaced.</summary>
    public void Set(string name, ReadOnlySpan<byte> value)
    {
        lock (_turn)
        {
            var present = Newest(name);
            if (present > 0 && SealedValue.Open(_keyring.Keys, Place(name, present), File.ReadAllBytes(Sealed(name, present))) is { } before && CryptographicOperations.FixedTimeEquals(before, value)) return;
            Directory.CreateDirectory(Path.GetDirectoryName(_folder)!, OwnerOnly);
            Directory.CreateDirectory(Path.Combine(_folder, name), OwnerOnly);
            WriteSealed(Sealed(name, present + 1), SealedValue.Seal(_keyring.Keys.First, Place(name, present + 1), value));
            ShowOne(name, present + 1, value);
        }
    }

    /// <summary>Makes a random value where the secret has none.</summary>
    public void Generate(string name, int length)
    {
        if (Newest(name) > 0) return;
        // Letters and digits only: the value ends up in connection strings and configuration files of every kind.
        Set(name, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", length)));
    }

    /// <summary>
    /// Makes all values readable for containers, those that older ones have mounted too: after a start of the machine none is. Values that lie there in the clear, as they did
    /// before they were sealed, are sealed. What no key opens is left out: whoever needs it is told (TP4831).
    /// </summary>
    internal void Show()
    {
        if (!Directory.Exists(_folder)) return;
        lock (_turn)
        {
            foreach (var name in Directory.EnumerateDirectories(_folder).Select(d => Path.GetFileName(d)!))
            {
                Adopt(name);
                foreach (var version in Versions(name).Where(v => !IsShown(name, v)).ToList())
                    if (SealedValue.Open(_keyring.Keys, Place(name, version), File.ReadAllBytes(Sealed(name, version))) is { } value) ShowOne(name, version, value);
            }
        }
    }

    /// <summary>Takes all shown values away.</summary>
    public void Hide()
    {
        if (Directory.Exists(_folder) && Directory.Exists(_shown())) Directory.Delete(_shown(), recursive: true);
    }

    /// <summary>A file appears whole or not at all: a crash leaves no half a secret.</summary>
    internal static void WriteSealed(string file, ReadOnlySpan<byte> whole)
    {
        var draft = file + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            stream.Write(whole);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    private byte[] Open(string name, int version)
    {
        var whole = File.ReadAllBytes(Sealed(name, version));
        return SealedValue.Open(_keyring.Keys, Place(name, version), whole)
            ?? throw new DiagnosticException(ExitCode.DeploymentFailed, SecretDiagnostics.CantBeOpened(_environment, name, SealedValue.KeyOf(whole), _keyring.Keys.All.Select(k => k.Id)));
    }

    /// <summary>Seals what lies in the clear. The path stays: containers that were made with it mount the link from now on.</summary>
    private void Adopt(string name)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, name)).Where(f => new FileInfo(f).LinkTarget is null).ToList())
        {
            if (!int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) continue;
            var value = File.ReadAllBytes(file);
            WriteSealed(Sealed(name, version), SealedValue.Seal(_keyring.Keys.First, Place(name, version), value));
            ShowOne(name, version, value);
        }
    }

    private void ShowOne(string name, int version, ReadOnlySpan<byte> value)
    {
        var target = Target(name, version);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var draft = target + ".new";
        File.Delete(draft);
        File.WriteAllBytes(draft, value.ToArray());
        File.SetUnixFileMode(draft, Readable);
        File.Move(draft, target, overwrite: true);
        var link = Link(name, version);
        File.Delete(link + ".new");
        File.CreateSymbolicLink(link + ".new", target);
        File.Move(link + ".new", link, overwrite: true);
    }

    // Of a link that leads nowhere the framework says that it exists.
    private bool IsShown(string name, int version) => File.Exists(Target(name, version)) && new FileInfo(Link(name, version)).LinkTarget == Target(name, version);

    private int Newest(string name) => Versions(name).DefaultIfEmpty(0).Max();

    private IEnumerable<int> Versions(string name)
    {
        var folder = Path.Combine(_folder, name);
        if (!Directory.Exists(folder)) yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Suffix))
            if (int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) yield return version;
    }

    private SecretPlace Place(string name, int version) => new(_application, _environment, name, version);

    private string Sealed(string name, int version) => Link(name, version) + Suffix;

    private string Link(string name, int version) => Path.Combine(_folder, name, version.ToString(CultureInfo.InvariantCulture));

    private string Target(string name, int version) => Path.Combine(_shown(), name, version.ToString(CultureInfo.InvariantCulture));
}
