using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath request</c>.</summary>
internal sealed class RequestVerb : AskVerb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Option<string?> _release = new("--release") { Description = "Release, or the first digits of it or its commit (default: the one that could come next).", HelpName = "RELEASE" };
    private readonly Option<string[]> _fields = new("--field") { Description = "What the request says: what, why, risk, rollback and contact.", HelpName = "NAME=TEXT", AllowMultipleArgumentsPerToken = true };

    /// <summary>Declares it.</summary>
    public RequestVerb()
        : base(
            "request",
            "Hands in the deploy request of a release for an environment.",
            "request production --field what=\"a new basket\" why=\"the sale begins\" risk=\"wrong sums\" rollback=\"no data is lost\" contact=grace")
    {
        Arguments.Add(_environment);
        Options.Add(_release);
        Options.Add(_fields);
    }

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        // The last of a name wins; one without a value is told as missing.
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parts in (arguments.GetValue(_fields) ?? []).Select(field => field.Split('=', 2)))
        {
            fields[parts[0].Trim()] = parts.Length > 1 ? parts[1] : "";
        }

        return await plane.RequestAsync(
            application, new DeployRequest(arguments.GetValue(_environment)!, arguments.GetValue(_release), fields, invocation.Actor), cancellationToken);
    }
}
