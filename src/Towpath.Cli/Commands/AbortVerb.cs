using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath abort</c>.</summary>
internal sealed class AbortVerb : AskVerb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };

    /// <summary>Declares it.</summary>
    public AbortVerb()
        : base("abort", "Takes back what is on its way into an environment; the release before takes all requests again.", "abort production")
    {
        Arguments.Add(_environment);
    }

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var request = new AbortRequest(invocation.Arguments.GetValue(_environment)!, invocation.Actor);
        return await plane.AbortAsync(await invocation.ApplicationAsync(plane, cancellationToken), request, cancellationToken);
    }
}
