using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Towpath.Core.Compose;

namespace Towpath.Engines.Git;

/// <summary>
/// The files of a folder on disk. The kernel is asked where a path leads before anything is opened for reading, so that no link inside
/// the root opens what lies outside; a pipe is never waited for, and nothing larger than the limit is read.
/// </summary>
/// <param name="root">Absolute path of the folder that files lie in.</param>
/// <param name="maxBytes">Largest file, in bytes.</param>
public sealed partial class FolderFiles(string root, long maxBytes = ComposeLoader.MaxFileBytes) : IComposeFiles
{
    private const int ErrorAccess = 13;
    private string? _realRoot;

    // The root may itself be reached by a link (a temporary folder, a home).
    private string RealRoot => _realRoot ??= WhereItLeads(root) ?? root;

    /// <inheritdoc/>
    public FileReading Read(string path, bool anywhere = false)
    {
        using var place = Native.Open(path, Native.PathOnly, out var error);
        if (place.IsInvalid)
        {
            return new FileReading(error == ErrorAccess ? FileState.Unreadable : FileState.Missing);
        }

        var real = Native.PathOf(place);
        if (real is null || (!anywhere && !IsInside(real)))
        {
            return new FileReading(FileState.Outside);
        }

        if (Directory.Exists(real))
        {
            return new FileReading(FileState.NotAFile);
        }

        using var file = Native.Open(Native.Link(place), Native.ReadWithoutWaiting, out _);
        return file.IsInvalid ? new FileReading(FileState.Unreadable) : Content(file);
    }

    /// <inheritdoc/>
    public bool FolderExists(string path) => WhereItLeads(path) is { } real && IsInside(real) && Directory.Exists(real);

    private FileReading Content(SafeFileHandle file)
    {
        try
        {
            using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
            if (!stream.CanSeek)
            {
                return new FileReading(FileState.NotAFile);
            }

            var length = stream.Length;
            if (length > maxBytes)
            {
                return new FileReading(FileState.TooLarge, Length: length);
            }

            // The file may shrink while it is read; what grows meanwhile is left.
            var bytes = new byte[length];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return new FileReading(FileState.Found, bytes.AsMemory(0, read), read);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new FileReading(FileState.Unreadable);
        }
    }

    private bool IsInside(string real) =>
        RealRoot == "/" || (real.StartsWith(RealRoot, StringComparison.Ordinal) && (real.Length == RealRoot.Length || real[RealRoot.Length] == '/'));

    private static string? WhereItLeads(string path)
    {
        using var place = Native.Open(path, Native.PathOnly, out _);
        return place.IsInvalid ? null : Native.PathOf(place);
    }

    /// <summary>Opening a place without opening its content: what .NET has no word for.</summary>
    private static partial class Native
    {
        /// <summary>A handle on the place only: no device wakes up, no pipe is waited for.</summary>
        public const int PathOnly = 0x200000 | CloseOnExec;

        /// <summary>For reading; an empty pipe says so at once.</summary>
        public const int ReadWithoutWaiting = 0x800 | CloseOnExec;

        private const int CloseOnExec = 0x80000;

        public static SafeFileHandle Open(string path, int flags, out int error)
        {
            // The C library would read such a path up to its NUL.
            var handle = path.Contains('\0', StringComparison.Ordinal) ? -1 : OpenDescriptor(path, flags);
            error = handle < 0 ? Marshal.GetLastPInvokeError() : 0;
            return new SafeFileHandle(handle, ownsHandle: true);
        }

        public static string Link(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

        /// <summary>The real path of what a handle stands for, all links followed; null where it has none any more.</summary>
        public static string? PathOf(SafeFileHandle handle) => new FileInfo(Link(handle)).LinkTarget is ['/', ..] path ? path : null;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static partial int OpenDescriptor(string path, int flags);
    }
}
