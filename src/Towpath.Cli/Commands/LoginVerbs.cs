using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath login</c>.</summary>
internal sealed class LoginVerb : Verb
{
    private readonly Option<string?> _url = new("--url") { Description = "Where the control plane answers (default: TOWPATH_URL, else the one of this machine).", HelpName = "URL" };

    /// <summary>Declares it.</summary>
    public LoginVerb()
        : base("login", "Logs in with a password, which is asked for or read from standard input. What you do for the next 12 hours is done by that account.", "login --as ben", "login --url http://127.0.0.1:7420 --as ben") =>
        Options.Add(_url);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Arguments.GetValue(invocation.Options.As) is not { } account)
        {
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments("say who you are: `--as NAME`", "towpath login"));
        }

        var named = invocation.Arguments.GetValue(_url) ?? invocation.Surroundings.Variable(Credentials.UrlVariable);
        var url = named is { Length: > 0 } ? Credentials.Checked(named) : Credentials.Here(invocation.Paths, invocation.DefaultPort());
        var password = await invocation.AskSecretAsync("password: ", cancellationToken);
        var answer = await invocation.Surroundings.Open(url, null).LoginAsync(new SessionRequest(account, password), cancellationToken);
        new Session(url, answer.Account, answer.Token, answer.ExpiresAt).Write(invocation.Paths);
        invocation.Terminal.Say($"logged in at {url} as {answer.Account}, until {TokenText.Time(answer.ExpiresAt)}");
        invocation.Terminal.Result(new { answer.Account, Url = url, answer.ExpiresAt }, _ => { });
        return ExitCode.Success;
    }
}

/// <summary><c>towpath logout</c>.</summary>
internal sealed class LogoutVerb() : Verb("logout", "Ends the login; what you do is done by the machine's owner again, if you are.", "logout")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (Session.Read(invocation.Paths) is not { } session)
        {
            invocation.Terminal.Say("nobody is logged in");
            invocation.Terminal.Result(new { Account = (string?)null }, _ => { });
            return ExitCode.Success;
        }

        // Forgotten here whatever comes: who logs out must not stay logged in because a control plane is down.
        File.Delete(invocation.Paths.Session);
        try
        {
            await invocation.Surroundings.Open(Credentials.Checked(session.Url), session.Token).LogoutAsync(cancellationToken);
        }
        catch (DiagnosticException ended) when (ended.ExitCode == ExitCode.NotSignedIn)
        {
            // It had ended before.
        }

        invocation.Terminal.Say($"{session.Account} is logged out");
        invocation.Terminal.Result(new { session.Account }, _ => { });
        return ExitCode.Success;
    }
}

/// <summary><c>towpath whoami</c>.</summary>
internal sealed class WhoAmIVerb() : Verb("whoami", "Says who you are to the control plane, and what you may do.", "whoami")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var who = await plane.WhoAmIAsync(cancellationToken);
        invocation.Terminal.Result(who, text =>
        {
            text.WriteLine(who.Account ?? $"the owner of this machine, as {invocation.Actor}");
            if (who.Teams.Count > 0) text.WriteLine($"teams: {string.Join(", ", who.Teams)}");
            text.WriteLine($"roles: {AccountText.Grants(who.Grants)}");
            if (who.ExpiresAt is { } at) text.WriteLine($"token {who.Token}, good until {TokenText.Time(at)}");
        });
        return ExitCode.Success;
    }
}
