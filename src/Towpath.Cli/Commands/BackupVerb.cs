using System.CommandLine;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Server.Backups;
using Towpath.Server.Storage;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath backup</c>.</summary>
internal sealed class BackupVerb : Verb
{
    private readonly Argument<string?> _file = new("FILE") { Description = "File to write (default: towpath-TIME.tar.gz in the working folder).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    public BackupVerb()
        : base(
            "backup",
            "Copies the control plane's state into one file: releases, deployments, the journal, secrets, evidence. It may work on meanwhile. The data of your services is not in it.",
            "backup",
            "backup /mnt/backups/monday.tar.gz --state-dir /var/lib/towpath") =>
        Arguments.Add(_file);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Configuration.Settle(invocation.Surroundings, invocation.Terminal.Report).Postgres is not null)
        {
            throw new DiagnosticException(ExitCode.Usage, StorageDiagnostics.StoreIsElsewhere("backup"));
        }

        var now = invocation.Surroundings.Time.GetUtcNow();
        var name = invocation.Arguments.GetValue(_file) ?? string.Create(CultureInfo.InvariantCulture, $"towpath-{now.UtcDateTime:yyyyMMdd-HHmmss}.tar.gz");
        var file = Path.GetFullPath(name, invocation.Surroundings.Folder);
        var manifest = await StateArchive.WriteAsync(invocation.Paths.State, file, now, cancellationToken);
        invocation.Terminal.Say($"{manifest.Facts} facts and the files that belong to them; secrets in it are sealed: keep the keys elsewhere, and keep them");
        invocation.Terminal.Result(new { File = file, manifest.Facts, manifest.Seal, Bytes = new FileInfo(file).Length }, text => text.WriteLine(file));
        return ExitCode.Success;
    }
}
