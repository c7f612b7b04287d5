using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath service print</c>.</summary>
internal sealed class ServicePrintVerb : Verb
{
    private readonly Option<bool> _user = new("--user") { Description = "For your own service manager, not for the machine's." };

    /// <summary>Declares it.</summary>
    public ServicePrintVerb()
        : base(
            "print", "Prints a unit of systemd that runs the control plane of this state folder.",
            "service print --state-dir /var/lib/towpath > /etc/systemd/system/towpath.service", "service print --user") => Options.Add(_user);

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var unit = Of(invocation, invocation.Arguments.GetValue(_user));
        invocation.Terminal.Result(new { Unit = unit.Text() }, writer => writer.Write(unit.Text()));
        return Task.FromResult(ExitCode.Success);
    }

    private static ServiceUnit Of(Invocation invocation, bool ofUser)
    {
        var paths = invocation.Paths;
        List<string> arguments = ["--state-dir", paths.State, "--engine", invocation.Engine];
        if (invocation.DefaultPort() is var port and not HostOptions.DefaultPort) arguments.AddRange(["--port", port.ToString(CultureInfo.InvariantCulture)]);
        if (invocation.Configuration is { IsNamed: true } named) arguments.AddRange(["--config", named.Path]);

        // The token and the keys are where verbs on this machine look for them; a service has no such variables by itself.
        var variables = new List<KeyValuePair<string, string>> { new("XDG_CONFIG_HOME", Path.GetDirectoryName(paths.Config)!) };
        if (invocation.Surroundings.Variable("HOME") is { Length: > 0 } home) variables.Insert(0, new("HOME", home));
        return new ServiceUnit(invocation.Surroundings.Program, arguments, variables, ofUser);
    }
}
