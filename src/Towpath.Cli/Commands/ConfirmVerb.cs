using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath confirm</c>.</summary>
internal sealed class ConfirmVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the one that waits).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _role = new("--role") { Description = "Role in which you confirm.", Required = true, HelpName = "ROLE" };
    private readonly Option<bool> _link = new("--link") { Description = "Confirm nothing: print a link by which somebody else in that role can." };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return once the confirmation is stored." };

    /// <summary>Declares it.</summary>
    public ConfirmVerb()
        : base("confirm", "Says yes to a release in an environment; the last yes starts its deployment.", "confirm acceptance --role dev", "confirm production r-3f2a91 --role ops --as grace")
    {
        Arguments.Add(_environment);
        Arguments.Add(_release);
        Options.Add(_role);
        Options.Add(_link);
        Options.Add(_noWait);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        if (arguments.GetValue(_link))
        {
            var asked = new LinkRequest(arguments.GetValue(_environment)!, arguments.GetValue(_release), arguments.GetValue(_role)!, invocation.Actor);
            var link = await plane.LinkAsync(application, asked, cancellationToken);
            invocation.Terminal.Result(link, text => text.WriteLine(link.Url));
            return ExitCode.Success;
        }

        var request = new ConfirmRequest(arguments.GetValue(_environment)!, arguments.GetValue(_release), arguments.GetValue(_role)!, invocation.Actor);
        var answer = await plane.ConfirmAsync(application, request, cancellationToken);
        return await invocation.EndOfAsync(plane, application, answer, !arguments.GetValue(_noWait), cancellationToken);
    }
}
