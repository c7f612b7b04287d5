using System.Buffers;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>Phase 1: bytes to text. Limits the size and accepts UTF-8 only, with or without a byte order mark.</summary>
internal static class YamlText
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxBytes = ComposeLoader.MaxFileBytes;

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(i => (char)i).Where(c => c is not ('\t' or '\n' or '\r')), '\u007F']);

    /// <summary>The text, or null after an error was told.</summary>
    public static SourceText? Decode(string path, ReadOnlySpan<byte> bytes, DiagnosticBag bag)
    {
        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (DecodeVerbatim(path, bytes, bag) is not { } text)
        {
            return null;
        }

        var source = new SourceText(path, text);
        var control = text.AsSpan().IndexOfAny(ControlCharacters);
        if (control >= 0)
        {
            bag.Add(ComposeDiagnostics.ControlCharacter(source.LocateOffset(control, 1), text[control]));
            return null;
        }

        return source;
    }

    /// <summary>The text with all its characters, or null after an error was told.</summary>
    public static string? DecodeVerbatim(string path, ReadOnlySpan<byte> bytes, DiagnosticBag bag)
    {
        if (bytes.Length > MaxBytes)
        {
            bag.Add(ComposeDiagnostics.FileTooLarge(path, bytes.Length, MaxBytes));
            return null;
        }

        var bad = FirstInvalid(bytes);
        if (bad < 0)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        bag.Add(ComposeDiagnostics.NotUtf8(path, bytes[..bad].Count((byte)'\n') + 1));
        return null;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != OperationStatus.Done)
            {
                return at;
            }

            at += length;
        }

        return -1;
    }
}
