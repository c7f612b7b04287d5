using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Engines.Secrets;

namespace Towpath.Engines.Environments;

/// <summary>
/// The files of one environment on this machine, in a folder that only its owner may enter; the files themselves are readable, since each is mounted alone into
/// containers whose users are not known here.
/// </summary>
public sealed class EnvironmentFolder : IEnvironmentPaths
{
    /// <summary>Folder of what is known of environments repositories, below the state folder.</summary>
    public const string Repositories = "delivery";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _root;
    private readonly string _releases;
    private readonly string _repository;

    /// <summary>The folder of an environment below the control plane's state folder; made where it is missing.</summary>
    public EnvironmentFolder(string stateFolder, string application, string environment, SecretVault secrets)
    {
        _root = Path.Combine(stateFolder, "environments", application, environment);
        _releases = Path.Combine(stateFolder, "releases", application);
        _repository = Path.Combine(stateFolder, Repositories, application, environment + ".git");
        Close();
        Secrets = secrets.Of(application, environment);
    }

    /// <summary>What is known here of the repository that the environment's objects are committed to. It can be fetched again, and is in no backup.</summary>
    public string Repository => _repository;

    /// <summary>Folder that is mounted into the gateway.</summary>
    public string Gateway => Path.Combine(_root, "gateway");

    /// <summary>Its secrets.</summary>
    public EnvironmentSecrets Secrets { get; }

    /// <inheritdoc/>
    public string Secret(string name) => Secrets.FileOf(name);

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
        Secrets.Hide();
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
        if (Directory.Exists(_repository)) Directory.Delete(_repository, recursive: true);
    }

    /// <summary>After <see cref="Delete"/> the folder may be used again, and must not come back open to everybody.</summary>
    private void Close() => Directory.CreateDirectory(_root, OwnerOnly);

    /// <summary>A file appears whole or not at all: a crash leaves no half a file.</summary>
    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, content);
        File.SetUnixFileMode(temporary, Readable);
        File.Move(temporary, path, overwrite: true);
    }
}
