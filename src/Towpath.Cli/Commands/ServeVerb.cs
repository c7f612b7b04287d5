using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Cli.Terminal;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Secrets;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath serve</c>.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<int?> _port = new("--port") { Description = "Port of the API on 127.0.0.1, 0 for a free one (default: 7420).", HelpName = "PORT" };
    private readonly Option<bool> _check = new("--check") { Description = "Say whether the configuration is valid, and end." };
    private readonly Option<bool> _join = new("--join") { Description = "Work beside others on the same state folder and PostgreSQL database, each of them started so." };
    private readonly Option<string?> _background = new("--background") { Description = "Log file; given first, the program leaves the terminal before it does anything else.", Hidden = true };

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Declares it.</summary>
    public ServeVerb()
        : base("serve", "Runs the control plane in the foreground, until Ctrl-C.", "serve", "serve --port 7500 --state-dir /var/lib/towpath", "serve --config server.yaml --check", "serve --config server.yaml --join --port 7421")
    {
        ValidatePort(_port);
        Options.Add(_port);
        Options.Add(_check);
        Options.Add(_join);
        Options.Add(_background);
    }

    /// <summary>Refuses what is no port.</summary>
    public static void ValidatePort(Option<int?> option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !ushort.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            result.AddError("--port is a number from 0 to 65535");
        }
    });

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var configuration = invocation.Configuration.Settle(invocation.Surroundings, invocation.Terminal.Report);
        if (invocation.Arguments.GetValue(_check))
        {
            Listening.Options(invocation, configuration, 0, "");
            Show(invocation, configuration);
            return ExitCode.Success;
        }

        var paths = invocation.Paths;
        Paths.MakePrivate(paths.State);
        var joins = invocation.Arguments.GetValue(_join);
        if (joins && configuration.Postgres is null)
        {
            throw new DiagnosticException(ExitCode.Usage, StorageDiagnostics.NothingToJoin());
        }

        using var held = joins ? StateLock.Join(paths) : StateLock.Take(paths);
        var hash = TokenFiles.Ensure(paths);
        var host = Listening.Options(invocation, configuration, invocation.Arguments.GetValue(_port) ?? invocation.DefaultPort(), hash);
        var options = new ControlPlaneOptions(paths.State, invocation.Engine, held.Owner, invocation.Terminal.Say)
        {
            Configuration = configuration,
            Keyring = configuration.SecretKeys is { } keys ? SecretKeyring.Given(SecretKeys.Parse(keys.Reveal())!) : SecretKeyring.InFile(paths.SecretKeys),
            IsGone = held.IsGone,
        };
        if (!configuration.Channels.IsEmpty)
        {
            invocation.Terminal.Say($"announcements go to {string.Join(", ", configuration.Channels.Select(c => c.Name))}");
        }

        var plane = await invocation.Surroundings.CreateControlPlane(options, cancellationToken);
        try
        {
            await ServeAsync(invocation, plane, joins, host, cancellationToken);
        }
        finally
        {
            await DisposeAsync(plane);
        }

        return ExitCode.Success;
    }

    private static void Show(Invocation invocation, ServerConfiguration configuration)
    {
        var channels = configuration.Channels.Select(c => new { c.Name, Kind = c.Kind.ToString().ToLowerInvariant(), c.Applications, c.Events }).ToList();
        invocation.Terminal.Result(new { File = invocation.Configuration.Path, Store = configuration.Postgres is null ? "sqlite" : "postgres", Channels = channels }, writer =>
        {
            var table = new TextTable("CHANNEL", "KIND", "APPLICATIONS", "EVENTS");
            foreach (var channel in channels)
            {
                table.Add(channel.Name, channel.Kind, channel.Applications.IsEmpty ? "all" : string.Join(',', channel.Applications), channel.Events.Count.ToString(CultureInfo.InvariantCulture));
            }

            table.Write(writer);
        });
        invocation.Terminal.Say("the configuration is valid");
    }

    private async Task ServeAsync(Invocation invocation, IServedControlPlane plane, bool joins, HostOptions options, CancellationToken cancellationToken)
    {
        await using var host = ControlPlaneHost.Build(plane, options);
        await StartAsync(host, options, cancellationToken);
        var url = host.Urls.First();
        if (!joins || ServeRecord.ReadLiving(invocation.Paths) is null) ServeRecord.Write(invocation.Paths, url);
        invocation.Terminal.Say($"the control plane answers at {url}{(options is { Outer: not null, Door.Url: { } outer } ? $" and {outer}" : "")}");
        await OfferFirstLinkAsync(invocation, plane, options, url, cancellationToken);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(joins ? LookAgain : Timeout.InfiniteTimeSpan, invocation.Surroundings.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

                // Commands on this machine find a control plane by this record: of several, another takes it over.
                if (!cancellationToken.IsCancellationRequested && ServeRecord.ReadLiving(invocation.Paths) is null) ServeRecord.Write(invocation.Paths, url);
            }
        }
        finally
        {
            if (ServeRecord.ReadLiving(invocation.Paths) is not { } record || record.Pid == Environment.ProcessId) File.Delete(invocation.Paths.ServeRecord);
        }

        invocation.Terminal.Say("the control plane ends");
        await host.StopAsync(CancellationToken.None);
    }

    /// <summary>Whoever starts it in the background is told by <c>up</c>: the code belongs into no log.</summary>
    private async Task OfferFirstLinkAsync(Invocation invocation, IServedControlPlane plane, HostOptions options, string url, CancellationToken cancellationToken)
    {
        if (options.Door.Url is null || invocation.Arguments.GetValue(_background) is not null || (await plane.AccountsAsync(cancellationToken)).Count > 0) return;
        var link = await plane.FirstLinkAsync(cancellationToken);
        invocation.Terminal.Say($"there is no account yet: make the first administrator's, once, until {TokenText.Time(link.ExpiresAt)}, at {Listening.Link(link, url)}");
    }

    private static async Task StartAsync(WebApplication host, HostOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            // Only the message tells which of several it was.
            throw options.Outer is { } outer && exception.Message.Contains($":{outer.Port}:", StringComparison.Ordinal)
                ? Unopened(outer, "another program has it")
                : new DiagnosticException(ExitCode.ControlPlaneUnavailable, CliDiagnostics.PortTaken(options.Port));
        }
        catch (SocketException exception) when (options.Outer is { } outer)
        {
            throw Unopened(outer, exception.Message);
        }
    }

    private static DiagnosticException Unopened(OuterPort outer, string why) => new(
        ExitCode.ControlPlaneUnavailable,
        ConfigurationDiagnostics.BadListen(null, $"port {outer.Port} of `listen` can't be opened: {why}", "write addresses that this machine has, and a port that its user may open"));

    private static async ValueTask DisposeAsync(IControlPlane plane)
    {
        switch (plane)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
