using System.Text;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Files;

/// <summary>A small file that a command line names, wherever it is; it is only read.</summary>
internal static class GivenFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Its bytes.</summary>
    /// <param name="folder">Folder that a relative path begins at.</param>
    /// <param name="name">As named.</param>
    /// <param name="most">Most bytes.</param>
    /// <exception cref="DiagnosticException">TP4812.</exception>
    public static byte[] ReadBytes(string folder, string name, int most)
    {
        try
        {
            using var stream = new FileStream(Path.GetFullPath(name, folder), FileMode.Open, FileAccess.Read, FileShare.Read);
            var buffer = new byte[most + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= most ? buffer[..length] : throw Refused(name, $"it has more than {most / 1024} KB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refused(name, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message);
        }
    }

    /// <summary>Its text, as it is: what stands at its beginning stays, since signatures cover bytes.</summary>
    /// <exception cref="DiagnosticException">TP4812.</exception>
    public static string ReadText(string folder, string name, int most)
    {
        try
        {
            return Strict.GetString(ReadBytes(folder, name, most));
        }
        catch (DecoderFallbackException)
        {
            throw Refused(name, "it is not UTF-8 text");
        }
    }

    private static DiagnosticException Refused(string name, string why) => new(ExitCode.InvalidInput, CiDiagnostics.NotRead(name, why));
}
