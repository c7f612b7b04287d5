using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath request</c>.</summary>
internal sealed class RequestVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Option<string?> _release = new("--release") { Description = "Release, or the first digits of it or its commit (default: the one that could come next).", HelpName = "RELEASE" };
    private readonly Option<string[]> _fields = new("--field") { Description = "What the request says: what, why, risk, rollback and contact.", HelpName = "NAME=TEXT", AllowMultipleArgumentsPerToken = true };

    /// <summary>Declares it.</summary>
    public RequestVerb()
        : base(
            "request",
            "Hands in the deploy request of a release for an environment, or adds what it does not say yet.",
            "request production --field what=\"a new basket\" why=\"the sale begins\" risk=\"wrong sums\" rollback=\"no data is lost\" contact=grace",
            "request production --field contact=grace")
    {
        Arguments.Add(_environment);
        Options.Add(_release);
        Options.Add(_fields);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        // The last of a name wins; one without a value is told as missing.
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parts in (arguments.GetValue(_fields) ?? []).Select(field => field.Split('=', 2)))
        {
            fields[parts[0].Trim()] = parts.Length > 1 ? parts[1] : "";
        }

        var answer = await plane.RequestAsync(
            application, new DeployRequest(arguments.GetValue(_environment)!, arguments.GetValue(_release), fields, invocation.Actor), cancellationToken);
        invocation.Terminal.Result(answer, text => RequestText.Write(text, answer));
        return answer.State == RequestState.Open ? ExitCode.GateClosed : ExitCode.Success;
    }
}

/// <summary><c>towpath request refuse</c>.</summary>
internal sealed class RequestRefuseVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Option<string?> _release = new("--release") { Description = "Release, or the first digits of it or its commit (default: the one that could come next).", HelpName = "RELEASE" };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, for whoever handed it in.", Required = true, HelpName = "TEXT" };

    /// <summary>Declares it.</summary>
    public RequestRefuseVerb()
        : base("refuse", "Refuses a deploy request: its release stays out until another one is handed in.", "request refuse production --reason \"the rollback was never tried\"")
    {
        Arguments.Add(_environment);
        Options.Add(_release);
        Options.Add(_reason);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        var answer = await plane.RefuseRequestAsync(
            application, new RefuseRequest(arguments.GetValue(_environment)!, arguments.GetValue(_release), arguments.GetValue(_reason)!, invocation.Actor), cancellationToken);
        invocation.Terminal.Result(answer, text => RequestText.Write(text, answer));
        return ExitCode.Success;
    }
}
