using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath deliver</c>.</summary>
internal sealed class DeliverVerb : Verb
{
    private readonly Argument<string> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit." };
    private readonly Option<bool> _final = new("--final") { Description = "This is the release that is to enter; its pipeline delivered it to be tested." };
    private readonly Option<string?> _for = new("--for") { Description = "Environment that it is delivered for (default: all of them).", HelpName = "ENV" };

    /// <summary>Declares it.</summary>
    public DeliverVerb()
        : base("deliver", "Delivers a release for good: the time from which `lead: { from: final }` counts.", "deliver r-3f2a91 --final", "deliver r-3f2a91 --final --for production")
    {
        Arguments.Add(_release);
        Options.Add(_final);
        Options.Add(_for);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var release = invocation.Arguments.GetValue(_release)!;
        if (!invocation.Arguments.GetValue(_final)) throw new DiagnosticException(ExitCode.Usage, PeopleDiagnostics.NotFinal(release));
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var delivery = await plane.DeliverAsync(application, new DeliverRequest(release, invocation.Arguments.GetValue(_for), invocation.Actor), cancellationToken);
        invocation.Terminal.Result(delivery, text => DeliveryText.Write(text, delivery));
        return ExitCode.Success;
    }
}
