using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath port list</c>.</summary>
internal sealed class PortListVerb() : Verb("list", "Lists which environment has which port of this machine, and a few that are free.", "port list")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var ports = await plane.PortsAsync(cancellationToken);
        invocation.Terminal.Result(ports, writer =>
        {
            var table = new TextTable("PORT", "APPLICATION", "ENVIRONMENT", "STANDING", "BY");
            foreach (var port in ports.Held)
            {
                table.Add(port.Port.ToString(CultureInfo.InvariantCulture), port.Application, port.Environment, port.Standing, port.Actor ?? "-");
            }

            table.Write(writer);
        });
        invocation.Terminal.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"from {ports.First} to {ports.Last} are free: {(ports.Free.Count == 0 ? "none" : string.Join(", ", ports.Free))}{(ports.OperatorsOnly ? "; operators assign ports here" : "")}"));
        return ExitCode.Success;
    }
}

/// <summary><c>towpath port assign</c>.</summary>
internal sealed class PortAssignVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<int?> _port = new("PORT") { Description = "Port (default: the first free one).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    public PortAssignVerb()
        : base("assign", "Gives an environment a port of this machine, stronger than what its commits say. Its entry moves there with the next deployment or look at it.", "port assign production 8084", "port assign staging")
    {
        _port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535))
            {
                result.AddError("PORT is a number from 1 to 65535");
            }
        });
        Arguments.Add(_environment);
        Arguments.Add(_port);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var request = new PortRequest(invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_port), invocation.Actor);
        var assigned = await plane.AssignPortAsync(application, request, cancellationToken);
        invocation.Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{assigned.Environment} of {assigned.Application} has port {assigned.Port}"));
        invocation.Terminal.Result(assigned, writer => writer.WriteLine(assigned.Port.ToString(CultureInfo.InvariantCulture)));
        return ExitCode.Success;
    }
}

/// <summary><c>towpath port free</c>.</summary>
internal sealed class PortFreeVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };

    /// <summary>Declares it.</summary>
    public PortFreeVerb()
        : base("free", "Takes the assigned port of an environment back: it gets the one that its commits say, or one that Towpath chooses.", "port free staging") => Arguments.Add(_environment);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var environment = invocation.Arguments.GetValue(_environment)!;
        await plane.ReleasePortAsync(application, new PortReleaseRequest(environment, invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"{environment} of {application} has no assigned port");
        invocation.Terminal.Result(new { Application = application, Environment = environment }, _ => { });
        return ExitCode.Success;
    }
}
