using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath account link</c>.</summary>
internal sealed class AccountLinkVerb : AccountVerb
{
    private readonly Option<string?> _subject = new("--subject") { Description = "Whom the login provider means: the claim `sub` of its ID tokens. A login that no account is linked to shows it.", HelpName = "SUBJECT" };
    private readonly Option<bool> _none = new("--none") { Description = "Take the link away." };

    /// <summary>Declares it.</summary>
    public AccountLinkVerb()
        : base("link", "Links an account to somebody whom the login provider knows.", "account link ben --subject 7c9e6679", "account link ben --none")
    {
        Options.Add(_subject);
        Options.Add(_none);
        Validators.Add(result =>
        {
            if (result.GetValue(_subject) is null != result.GetValue(_none)) result.AddError("give either --subject or --none");
        });
    }

    /// <inheritdoc/>
    protected override Task<AccountAnswer> AskAsync(Invocation invocation, IControlPlane plane, string name, CancellationToken cancellationToken) =>
        plane.LinkAccountAsync(name, new AccountLinkRequest(invocation.Arguments.GetValue(_subject), invocation.Actor), cancellationToken);
}

/// <summary><c>towpath account first</c>.</summary>
internal sealed class AccountFirstVerb() : Verb("first", "Prints a link by which one administrator's account can be made, once, within an hour. For the owner of the machine.", "account first")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsOwnerAsync(cancellationToken);
        var answer = await plane.FirstLinkAsync(cancellationToken);
        var link = Listening.Link(answer, Credentials.Here(invocation.Paths, invocation.DefaultPort()));
        invocation.Terminal.Say($"good once, until {TokenText.Time(answer.ExpiresAt)}; whoever has it becomes administrator");
        invocation.Terminal.Result(new { Link = link, answer.ExpiresAt }, text => text.WriteLine(link));
        return ExitCode.Success;
    }
}
