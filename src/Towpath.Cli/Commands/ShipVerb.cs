using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath ship</c>.</summary>
internal sealed class ShipVerb : Verb
{
    private readonly Option<string> _commit = new("--commit", "-c") { Description = "Commit, branch or tag.", DefaultValueFactory = _ => "HEAD", HelpName = "NAME" };
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return once the run is queued." };

    /// <summary>Declares it.</summary>
    public ShipVerb()
        : base(
            "ship",
            "Builds and tests a commit into a release, and lifts it through the environments that take it by themselves.",
            "ship",
            "ship --commit v1.4 --path services/shop",
            "ship --output json | jq -r .release")
    {
        Options.Add(_commit);
        Options.Add(_path);
        Options.Add(_noWait);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var surroundings = invocation.Surroundings;
        var path = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", surroundings.Folder);
        var commit = await surroundings.ResolveCommit(path, invocation.Arguments.GetValue(_commit)!, cancellationToken);
        var plane = await invocation.ConnectAsync(cancellationToken);
        var answer = await plane.ShipAsync(new ShipRequest(commit.Repository, commit.Folder, commit.Commit, invocation.Actor), cancellationToken);
        invocation.Terminal.Say(answer.Attached
            ? $"commit {Plain.Commit(commit.Commit)} of {answer.Application} is being shipped already: following run {answer.Run}"
            : $"shipping commit {Plain.Commit(commit.Commit)} of {answer.Application} as run {answer.Run}");
        if (invocation.Arguments.GetValue(_noWait))
        {
            invocation.Terminal.Result(answer, text => text.WriteLine(answer.Run));
            return ExitCode.Success;
        }

        var result = await new Following(plane, invocation.Terminal, surroundings.Time).ShipmentAsync(answer, cancellationToken);
        invocation.Terminal.Result(result, text => text.WriteLine(result.Text));
        return result.Outcome;
    }
}
