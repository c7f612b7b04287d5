using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Containers;

namespace Towpath.Engines.Environments;

/// <summary>
/// The files of one environment on this machine. Secrets lie in folders that only the owner may enter; the files themselves are
/// readable, since each is mounted alone into containers whose users are not known here.
/// </summary>
public sealed class EnvironmentFolder : IEnvironmentPaths
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _root;
    private readonly string _releases;

    /// <summary>The folder of an environment below the control plane's state folder; made where it is missing.</summary>
    public EnvironmentFolder(string stateFolder, string application, string environment)
    {
        _root = Path.Combine(stateFolder, "environments", application, environment);
        _releases = Path.Combine(stateFolder, "releases", application);
        Close();
    }

    /// <summary>Folder that is mounted into the gateway.</summary>
    public string Gateway => Path.Combine(_root, "gateway");

    /// <inheritdoc/>
    public string Secret(string name) => Path.Combine(_root, "secrets", name, SecretVersion(name) ?? throw new FileNotFoundException($"secret {name} has no value"));

    /// <summary>Version of a secret's present value, or null where it has none. Versions grow; old values stay for containers that still run.</summary>
    public string? SecretVersion(string name)
    {
        var folder = Path.Combine(_root, "secrets", name);
        return !Directory.Exists(folder) ? null : Directory.EnumerateFiles(folder)
            .Select(Path.GetFileName).Where(f => int.TryParse(f, out _)).MaxBy(f => int.Parse(f!, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Present value of a secret, or null.</summary>
    public string? SecretValue(string name) => SecretVersion(name) is null ? null : File.ReadAllText(Secret(name));

    /// <summary>Gives a secret a value; the same one again makes no new version.</summary>
    public void SetSecret(string name, ReadOnlySpan<byte> value)
    {
        var present = SecretVersion(name);
        if (present is not null && CryptographicOperations.FixedTimeEquals(File.ReadAllBytes(Secret(name)), value)) return;
        var folder = Path.Combine(_root, "secrets", name);
        Close();
        Directory.CreateDirectory(folder, OwnerOnly);
        var next = present is null ? 1 : int.Parse(present, System.Globalization.CultureInfo.InvariantCulture) + 1;
        Write(Path.Combine(folder, next.ToString(System.Globalization.CultureInfo.InvariantCulture)), value);
    }

    /// <summary>Makes a random value where the secret has none.</summary>
    public void GenerateSecret(string name, int length)
    {
        if (SecretVersion(name) is not null) return;
        // Letters and digits only: the value ends up in connection strings and configuration files of every kind.
        SetSecret(name, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", length)));
    }

    /// <inheritdoc/>
    public string Config(Config config) =>
        Path.Combine(_root, "configs", config.Name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config.Content)))[..16]);

    /// <summary>Writes a config's content where its path says.</summary>
    public void WriteConfig(Config config)
    {
        var path = Config(config);
        if (File.Exists(path)) return;
        Close();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Write(path, Encoding.UTF8.GetBytes(config.Content));
    }

    /// <inheritdoc/>
    public string CommitFile(string release, string path) => Path.Combine(_releases, release, "files", path);

    /// <summary>Deletes all of it, values of secrets included.</summary>
    public void Delete()
    {
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    /// <summary>After <see cref="Delete"/> the folder may be used again, and must not come back open to everybody.</summary>
    private void Close() => Directory.CreateDirectory(_root, OwnerOnly);

    /// <summary>A file appears whole or not at all: a crash leaves no half secret.</summary>
    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, content);
        File.SetUnixFileMode(temporary, Readable);
        File.Move(temporary, path, overwrite: true);
    }
}
