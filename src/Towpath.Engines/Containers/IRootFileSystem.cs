namespace Towpath.Engines.Containers;

/// <summary>Makes a minimal Debian root file system.</summary>
public interface IRootFileSystem
{
    /// <summary>Makes one of Debian 12 with its essential packages and apt.</summary>
    /// <param name="progress">Takes a line now and then.</param>
    /// <param name="cancellationToken">Ends the call and the processes that it started.</param>
    /// <returns>A complete tar archive, at its start; closing it deletes what lies on disk.</returns>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">It could not be made; nothing is left behind.</exception>
    Task<Stream> MakeAsync(Action<string> progress, CancellationToken cancellationToken);
}
