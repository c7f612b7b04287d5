using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath down</c>.</summary>
internal sealed class DownVerb : Verb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Option<bool> _purge = new("--purge") { Description = "First remove all applications: containers, networks, volumes with their data, images, records." };

    /// <summary>Declares it.</summary>
    public DownVerb()
        : base("down", "Stops the control plane. Applications go on running, unless --purge is given.", "down", "down --purge") => Options.Add(_purge);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        if (invocation.Arguments.GetValue(_purge))
        {
            var plane = await invocation.ConnectAsOwnerAsync(cancellationToken);
            foreach (var application in await plane.ApplicationsAsync(cancellationToken))
            {
                invocation.Terminal.Say($"removing {application}");
                await plane.RemoveApplicationAsync(application, cancellationToken);
                removed.Add(application);
            }
        }

        var stopped = await StopAsync(invocation, cancellationToken);
        invocation.Terminal.Result(new { Stopped = stopped, Removed = removed }, text => text.WriteLine(stopped ? "the control plane is stopped" : "no control plane was running"));
        return ExitCode.Success;
    }

    /// <summary>Stops the control plane of the state folder; false where none runs.</summary>
    public static async Task<bool> StopAsync(Invocation invocation, CancellationToken cancellationToken) =>
        ServeRecord.ReadLiving(invocation.Paths) is { } record
        && await record.StopAsync(Patience, invocation.Surroundings.Time, cancellationToken);
}
