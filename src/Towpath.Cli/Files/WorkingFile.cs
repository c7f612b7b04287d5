using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Git;

namespace Towpath.Cli.Files;

/// <summary>A text file of the working tree that is read, changed and written back: nothing of it but the change is lost, and it is never half there.</summary>
internal sealed class WorkingFile
{
    private const long MostBytes = 10 * 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _name;
    private readonly string _path;
    private readonly byte[]? _bytes;

    private WorkingFile(string name, string path, byte[]? bytes)
    {
        _name = name;
        _path = path;
        _bytes = bytes;
        try
        {
            Text = bytes is null ? null : Strict.GetString(bytes.AsSpan(HasMark ? Mark.Length : 0));
        }
        catch (DecoderFallbackException)
        {
            throw Refused(name, "it is not UTF-8 text");
        }
    }

    /// <summary>The text without a byte order mark; null for a file that is not there.</summary>
    public string? Text { get; }

    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    private bool HasMark => _bytes is not null && _bytes.AsSpan().StartsWith(Mark);

    /// <summary>Opens a file below a folder, or the place of one that is not there yet.</summary>
    /// <param name="folder">Absolute path.</param>
    /// <param name="name">Path from there; no link on its way may lead out of the folder.</param>
    /// <exception cref="DiagnosticException">TP7141: it leads out of the folder, or is no text file that can be read.</exception>
    public static WorkingFile Open(string folder, string name)
    {
        if (RootedPath.Resolve(folder, name) is not { } path)
        {
            throw Refused(name, $"it leads out of {folder}");
        }

        if (Directory.Exists(path))
        {
            throw Refused(name, "it is a folder");
        }

        if (!File.Exists(path))
        {
            return new WorkingFile(name, path, null);
        }

        var length = new FileInfo(path).Length;
        if (length > MostBytes)
        {
            throw Refused(name, "it has more than 10 MiB");
        }

        // A pipe has no length, and reading it would never end.
        return new WorkingFile(name, path, length == 0 ? [] : Guarded(name, () => File.ReadAllBytes(path)));
    }

    /// <summary>Writes the text in its place, all or nothing, with the byte order mark and the mode that the file has.</summary>
    /// <exception cref="DiagnosticException">TP7141: it can't be written. TP7142: it is not the file any more that was opened.</exception>
    public void Write(string text)
    {
        byte[] bytes = [.. HasMark ? Mark : default, .. Strict.GetBytes(text)];
        var draft = $"{_path}.{Environment.ProcessId}.new";
        Guarded(_name, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            try
            {
                WriteDraft(draft, bytes);
                var now = File.Exists(_path) ? File.ReadAllBytes(_path) : null;
                if (now is null != _bytes is null || !now.AsSpan().SequenceEqual(_bytes))
                {
                    throw new DiagnosticException(ExitCode.Busy, CliDiagnostics.ChangedMeanwhile(_name));
                }

                File.Move(draft, _path, overwrite: true);
            }
            finally
            {
                File.Delete(draft);
            }

            return true;
        });
    }

    /// <summary>Removes the file.</summary>
    /// <exception cref="DiagnosticException">TP7141: it can't be removed. TP7142: it is not the file any more that was opened.</exception>
    public void Delete() => Guarded(_name, () =>
    {
        if (_bytes is null || !File.ReadAllBytes(_path).AsSpan().SequenceEqual(_bytes))
        {
            throw new DiagnosticException(ExitCode.Busy, CliDiagnostics.ChangedMeanwhile(_name));
        }

        File.Delete(_path);
        return true;
    });

    private void WriteDraft(string draft, byte[] bytes)
    {
        using var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
        if (_bytes is not null)
        {
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(_path));
        }
    }

    private static T Guarded<T>(string name, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(name, exception.Message);
        }
    }

    private static DiagnosticException Refused(string name, string why) => new(ExitCode.InvalidInput, CliDiagnostics.NotWritable(name, why));
}
