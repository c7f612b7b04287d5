using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath reject</c>.</summary>
internal sealed class RejectVerb : AskVerb
{
    private readonly Argument<string> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit." };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, for those who ask later.", Required = true, HelpName = "TEXT" };

    /// <summary>Declares it.</summary>
    public RejectVerb()
        : base("reject", "Rejects a release for good: nothing brings it into an environment any more.", "reject r-3f2a91 --reason \"orders are lost\"")
    {
        Arguments.Add(_release);
        Options.Add(_reason);
    }

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        return await plane.RejectAsync(application, new RejectRequest(arguments.GetValue(_release)!, arguments.GetValue(_reason)!, invocation.Actor), cancellationToken);
    }
}
