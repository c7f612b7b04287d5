using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Server.Backups;
using Towpath.Server.Storage;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath restore</c>.</summary>
internal sealed class RestoreVerb : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "A backup." };
    private readonly Option<bool> _replace = new("--replace") { Description = "Replace the state that is there; its store is kept as towpath.db.before-restore." };

    /// <summary>Declares it.</summary>
    public RestoreVerb()
        : base(
            "restore",
            "Puts a backup into the state folder. The control plane must be down. The file is looked through first; one that is damaged changes nothing.",
            "restore towpath-20261128-170000.tar.gz",
            "restore monday.tar.gz --state-dir /var/lib/towpath --replace")
    {
        Arguments.Add(_file);
        Options.Add(_replace);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Configuration.Settle(invocation.Surroundings, invocation.Terminal.Report).Postgres is not null)
        {
            throw new DiagnosticException(ExitCode.Usage, StorageDiagnostics.StoreIsElsewhere("restore"));
        }

        var file = Path.GetFullPath(invocation.Arguments.GetValue(_file)!, invocation.Surroundings.Folder);
        if (!File.Exists(file))
        {
            throw new DiagnosticException(ExitCode.NotFound, BackupDiagnostics.NotABackup(file, "there is no such file"));
        }

        var paths = invocation.Paths;
        Paths.MakePrivate(paths.State);
        using var held = StateLock.Take(paths);
        var manifest = await StateArchive.RestoreAsync(file, paths.State, invocation.Arguments.GetValue(_replace), cancellationToken);
        invocation.Terminal.Say($"the state of {manifest.MadeAt:yyyy-MM-dd HH:mm} UTC, {manifest.Facts} facts, is back; `towpath up` goes on from it");
        invocation.Terminal.Result(new { paths.State, manifest.MadeAt, manifest.Facts, manifest.Seal }, text => text.WriteLine(paths.State));
        return ExitCode.Success;
    }
}
