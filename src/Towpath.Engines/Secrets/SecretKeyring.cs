using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Secrets;

/// <summary>The keys, and where they are kept. Safe to use from any thread.</summary>
public sealed class SecretKeyring
{
    private readonly Lock _turn = new();
    private readonly string? _file;
    private SecretKeys? _keys;
    private DateTime _writtenAt;

    private SecretKeyring(string? file, SecretKeys? keys) => (_file, _keys) = (file, keys);

    /// <summary>Keys that somebody else keeps: Towpath never writes them.</summary>
    public static SecretKeyring Given(SecretKeys keys) => new(null, keys);

    /// <summary>Keys of a file of Towpath's own, readable by its owner only; it is made when the first key is needed.</summary>
    public static SecretKeyring InFile(string file) => new(file, null);

    /// <summary>Whether Towpath keeps the keys itself, and so may make another one.</summary>
    public bool IsOwn => _file is not null;

    /// <summary>The keys; another control plane may have changed those of a file.</summary>
    /// <exception cref="DiagnosticException">TP4830: the file holds no keys, or can't be read or written.</exception>
    public SecretKeys Keys
    {
        get
        {
            lock (_turn) return Current();
        }
    }

    /// <summary>Puts a new key in front; the others still open. Nothing happens to keys that were given.</summary>
    /// <exception cref="DiagnosticException">TP4830.</exception>
    public void AddKey() => Change(keys => keys.With(SecretKey.New()));

    /// <summary>Forgets all keys but the first: call it when nothing is sealed by another one.</summary>
    /// <exception cref="DiagnosticException">TP4830.</exception>
    public void KeepFirst() => Change(keys => keys.OnlyFirst());

    private void Change(Func<SecretKeys, SecretKeys> change)
    {
        if (_file is null) return;
        lock (_turn)
        {
            Write(_file, change(Current()));
            _keys = null;
        }
    }

    private SecretKeys Current()
    {
        if (_file is null) return _keys!;
        // Before it is read: a change right after that is seen the next time.
        var writtenAt = File.GetLastWriteTimeUtc(_file);
        if (_keys is not null && writtenAt == _writtenAt) return _keys;
        _keys = Load(_file);
        _writtenAt = writtenAt;
        return _keys;
    }

    private static SecretKeys Load(string file)
    {
        try
        {
            if (File.Exists(file)) return SecretKeys.Parse(File.ReadAllText(file)) ?? throw Unusable(file, "a line of it is no key: 32 bytes in base64");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(file, "it can't be read");
        }

        var keys = SecretKeys.New();
        Write(file, keys);
        return keys;
    }

    /// <summary>Written beside and then moved: whoever is killed meanwhile leaves the keys of before.</summary>
    private static void Write(string file, SecretKeys keys)
    {
        try
        {
            var folder = Path.GetDirectoryName(file)!;
            if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var draft = file + ".new";
            File.Delete(draft);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            using (var stream = new FileStream(draft, options))
            {
                stream.Write("# Keys that open the secrets of this control plane. The first seals. Keep a copy of it apart from backups.\n"u8);
                stream.Write(System.Text.Encoding.ASCII.GetBytes(keys.Export()));
                // Lost keys are lost secrets: it is on the disk before anything is sealed by it.
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(file, "it can't be written");
        }
    }

    private static DiagnosticException Unusable(string file, string why) => new(ExitCode.InvalidInput, SecretDiagnostics.UnusableKeys(file, why));
}
