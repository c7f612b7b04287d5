using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath halt</c>.</summary>
internal sealed class HaltVerb : AskVerb
{
    private readonly HaltExtent _extent = new();
    private readonly Option<string> _reason = new("--reason") { Description = "Why, for those who look at the status.", Required = true, HelpName = "TEXT" };

    /// <summary>Declares it.</summary>
    public HaltVerb()
        : base(
            "halt",
            "Stops the world: nothing new begins in an environment, an application or anywhere until `resume`.",
            "halt production --reason \"the shop is on television tonight\"",
            "halt --everything --reason \"the disk is being replaced\"")
    {
        _extent.AddTo(this);
        Options.Add(_reason);
    }

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var request = await _extent.ReadAsync(invocation, plane, Name, cancellationToken);
        return await plane.HaltAsync(request with { Reason = invocation.Arguments.GetValue(_reason) }, cancellationToken);
    }
}
