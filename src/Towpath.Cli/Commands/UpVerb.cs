using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath up</c>.</summary>
internal sealed class UpVerb : Verb
{
    private readonly Option<int?> _port = new("--port") { Description = "Port of the API on 127.0.0.1 (default: 7420).", HelpName = "PORT" };

    /// <summary>Declares it.</summary>
    public UpVerb()
        : base("up", "Starts the control plane in the background and says where it answers.", "up", "up --engine podman --port 7500")
    {
        ServeVerb.ValidatePort(_port);
        Options.Add(_port);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var background = invocation.Background(invocation.Arguments.GetValue(_port) ?? invocation.DefaultPort());
        var (client, record) = await background.ConnectAsync(start: true, invocation.Terminal.Say, invocation.Surroundings.Time, cancellationToken);
        using (client)
        {
            var about = await client.AboutAsync(cancellationToken);
            var first = about.Url is not null && (await client.AccountsAsync(cancellationToken)).Count == 0 ? Listening.Link(await client.FirstLinkAsync(cancellationToken), record.Url) : null;
            var result = new { record.Url, PublicUrl = about.Url, FirstLink = first, about.Pid, about.Version, about.Engine, about.EngineVersion, about.StateFolder, Token = invocation.Paths.Token };
            invocation.Terminal.Result(result, text =>
            {
                text.WriteLine($"control plane {about.Version} answers at {record.Url} (process {about.Pid})");
                text.WriteLine($"engine: {about.Engine} {about.EngineVersion}");
                text.WriteLine($"state:  {about.StateFolder}");
                text.WriteLine($"token:  {invocation.Paths.Token}");
                if (about.Url is not null) text.WriteLine($"url:    {about.Url}");
                if (first is not null) text.WriteLine($"there is no account yet: make the first administrator's, once, within an hour, at {first}");
            });
        }

        return ExitCode.Success;
    }
}
