using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Client;
using Towpath.Cli.Commands;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli;

/// <summary>One run of a verb: its arguments, and the way to everything it needs.</summary>
/// <param name="Arguments">What was parsed.</param>
/// <param name="Options">Options that every verb takes.</param>
/// <param name="Surroundings">The world.</param>
/// <param name="Terminal">Where it talks.</param>
internal sealed record Invocation(ParseResult Arguments, GlobalOptions Options, Surroundings Surroundings, ITerminal Terminal)
{
    /// <summary>Where state and configuration are.</summary>
    public Paths Paths { get; } = Paths.Resolve(Arguments.GetValue(Options.StateDir), Surroundings.Variable);

    /// <summary>Which engine a control plane that must be started uses.</summary>
    public string Engine => OnKubernetes ? "auto" : Arguments.GetValue(Options.Engine)!;

    /// <summary>The demo's production is wanted on a cluster; containers run on any engine beside it.</summary>
    public bool OnKubernetes => Arguments.GetValue(Options.Engine) == GlobalOptions.Kubernetes;

    /// <summary>The kubeconfig of a control plane that must be started; null for that of this program's variables.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The configuration of a control plane that must be started.</summary>
    public ConfigurationFile Configuration => ConfigurationFile.Find(Arguments.GetValue(Options.Config), Surroundings, Paths);

    /// <summary>The value of <c>--output</c>.</summary>
    public string Output => Arguments.GetValue(Options.Output)!;

    /// <summary>Who asks.</summary>
    public string Actor => Arguments.GetValue(Options.As)
        ?? Surroundings.Variable("SUDO_USER")
        ?? Surroundings.Variable("USER")
        ?? Environment.UserName;

    /// <summary>The control plane of the state folder, to be found or started.</summary>
    public Background Background(int port) => new(Paths, Engine, port) { Configuration = Configuration, Kubeconfig = Kubeconfig };

    /// <summary>Something secret: asked of a person without showing it, or a line of standard input.</summary>
    /// <exception cref="DiagnosticException">TP4419: nothing came.</exception>
    public async Task<string> AskSecretAsync(string prompt, CancellationToken cancellationToken)
    {
        var secret = Surroundings.IsInteractive ? await Surroundings.AskSecret(prompt, cancellationToken) : await Surroundings.In.ReadLineAsync(cancellationToken);
        return secret is { Length: > 0 } ? secret : throw new DiagnosticException(ExitCode.Usage, LoginDiagnostics.NoPassword());
    }

    /// <summary>Finds the control plane; with the token of an account, the one that it is of. Else it is started where it does not run, unless <c>--no-start</c> says not to.</summary>
    /// <exception cref="DiagnosticException">It does not answer.</exception>
    public async Task<IControlPlane> ConnectAsync(CancellationToken cancellationToken)
    {
        return Credentials.Resolve(Paths, Surroundings.Variable, DefaultPort()) is { } account
            ? Surroundings.Open(account.Url, account.Token)
            : await ConnectAsOwnerAsync(cancellationToken);
    }

    /// <summary>The same with the token of this machine's owner, whoever is logged in: for what only he can do.</summary>
    /// <exception cref="DiagnosticException">It does not answer.</exception>
    public async Task<IControlPlane> ConnectAsOwnerAsync(CancellationToken cancellationToken)
    {
        var start = !Arguments.GetValue(Options.NoStart);
        var background = Background(DefaultPort());
        return Surroundings.Connect is { } connect
            ? await connect(background, start, Terminal.Say, cancellationToken)
            : (await background.ConnectAsync(start, Terminal.Say, Surroundings.Time, cancellationToken)).Client;
    }

    /// <summary>The control plane of this machine's owner where it runs; null where it does not.</summary>
    public async Task<IControlPlane?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Surroundings.Connect is { } connect
                ? await connect(Background(DefaultPort()), false, _ => { }, cancellationToken)
                : Background(DefaultPort()).Find()?.Client;
        }
        catch (DiagnosticException exception) when (exception.ExitCode == ExitCode.ControlPlaneUnavailable)
        {
            return null;
        }
    }

    /// <summary>The port of a control plane that must be started where no option says it: TOWPATH_PORT, else the usual one.</summary>
    public int DefaultPort() =>
        int.TryParse(Surroundings.Variable("TOWPATH_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port : HostOptions.DefaultPort;

    /// <summary>The application that is meant: <c>--app</c>, the one of the working folder, or the only one.</summary>
    /// <exception cref="DiagnosticException">TP7120: none of these.</exception>
    public async Task<string> ApplicationAsync(IControlPlane plane, CancellationToken cancellationToken)
    {
        if (Arguments.GetValue(Options.App) is { } named)
        {
            return named;
        }

        var known = await plane.ApplicationsAsync(cancellationToken);
        if (WorkingTree.ApplicationName(Surroundings.Folder) is { } here && known.Contains(here))
        {
            return here;
        }

        return known.Count == 1 ? known[0] : throw new DiagnosticException(ExitCode.NotFound, CliDiagnostics.WhichApplication(known));
    }

    /// <summary>Follows a started deployment to its end; one that did not start, or that nobody waits for, gives the answer alone.</summary>
    public async Task<ExitCode> EndOfAsync(IControlPlane plane, string application, DeploymentAnswer answer, bool wait, CancellationToken cancellationToken)
    {
        if (answer.Deployment is not { } deployment || !wait)
        {
            Terminal.Result(answer, text => text.WriteLine(answer.Text));
            return ExitCode.Success;
        }

        Terminal.Say(answer.Text);
        var result = await new Following(plane, Terminal, Surroundings.Time).DeploymentAsync(application, deployment, answer, cancellationToken);
        Terminal.Result(result, text => text.WriteLine(result.Text));
        return result.Outcome;
    }
}
