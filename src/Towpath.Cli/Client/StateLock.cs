using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Client;

/// <summary>The right to a state folder, of one process at a time. Held for as long as the process lives, whatever ends it: the kernel lets go of it.</summary>
internal static class StateLock
{
    /// <summary>Takes it; disposing lets go.</summary>
    /// <exception cref="DiagnosticException">Another process holds it.</exception>
    public static FileStream Take(Paths paths)
    {
        try
        {
            return new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DiagnosticException(ExitCode.Busy, CliDiagnostics.StateInUse(paths.State));
        }
    }
}
