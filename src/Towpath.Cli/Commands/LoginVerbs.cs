using System.CommandLine;
using System.Security.Cryptography;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath login</c>.</summary>
internal sealed class LoginVerb : Verb
{
    private const int RandomBytes = 32;
    private readonly Option<string?> _url = new("--url") { Description = "Where the control plane answers (default: TOWPATH_URL, else the one of this machine).", HelpName = "URL" };
    private readonly Option<bool> _browser = new("--browser") { Description = "Log in with a browser on this machine: by the login provider, or by a password on a page of the control plane." };
    private readonly Option<bool> _noOpen = new("--no-open") { Description = "With --browser: only print the address, and open no browser." };

    /// <summary>Declares it.</summary>
    public LoginVerb()
        : base(
            "login", "Logs in with a password, which is asked for or read from standard input, or with a browser. What you do for the next 12 hours is done by that account.",
            "login --as ben", "login --browser", "login --url https://towpath.example.org --browser --no-open")
    {
        Options.Add(_url);
        Options.Add(_browser);
        Options.Add(_noOpen);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var named = invocation.Arguments.GetValue(_url) ?? invocation.Surroundings.Variable(Credentials.UrlVariable);
        var byBrowser = invocation.Arguments.GetValue(_browser);
        var account = invocation.Arguments.GetValue(invocation.Options.As);
        Check(account, byBrowser, invocation.Arguments.GetValue(_noOpen));
        var url = named is { Length: > 0 } ? Credentials.Checked(named) : Credentials.Here(invocation.Paths, invocation.DefaultPort());
        var answer = byBrowser ? await ByBrowserAsync(invocation, url, cancellationToken) : await ByPasswordAsync(invocation, url, account!, cancellationToken);
        new Session(url, answer.Account, answer.Token, answer.ExpiresAt).Write(invocation.Paths);
        invocation.Terminal.Say($"logged in at {url} as {answer.Account}, until {TokenText.Time(answer.ExpiresAt)}");
        invocation.Terminal.Result(new { answer.Account, Url = url, answer.ExpiresAt }, _ => { });
        return ExitCode.Success;
    }

    private static void Check(string? account, bool byBrowser, bool noOpen)
    {
        var fault = (account, byBrowser, noOpen) switch
        {
            (null, false, _) => "say who you are: `--as NAME`, or `--browser`",
            ({ }, true, _) => "in the browser you say who you are: leave `--as` out",
            (_, false, true) => "`--no-open` is for `--browser`",
            _ => null,
        };
        if (fault is not null) throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments(fault, "towpath login"));
    }

    private static async Task<NewTokenAnswer> ByPasswordAsync(Invocation invocation, string url, string account, CancellationToken cancellationToken)
    {
        var password = await invocation.AskSecretAsync("password: ", cancellationToken);
        return await invocation.Surroundings.Open(url, null).LoginAsync(new SessionRequest(account, password), cancellationToken);
    }

    private async Task<NewTokenAnswer> ByBrowserAsync(Invocation invocation, string url, CancellationToken cancellationToken)
    {
        var verifier = TerminalLogin.Verifier(RandomNumberGenerator.GetBytes(RandomBytes));
        var state = TerminalLogin.Verifier(RandomNumberGenerator.GetBytes(RandomBytes));
        await using var loopback = await LoopbackAnswer.ListenAsync(state, cancellationToken);
        var login = new TerminalLogin(TerminalLogin.ChallengeOf(verifier), state, loopback.Redirect, Environment.MachineName);
        var address = new Uri($"{url}/login/terminal?{login.Query}");
        invocation.Terminal.Say("open this address in a browser on this machine:");
        invocation.Terminal.Say(address.AbsoluteUri);
        invocation.Terminal.Say($"the page must show {login.Check}; this waits for {TerminalLogin.Patience.TotalMinutes:0} minutes");
        if (!invocation.Arguments.GetValue(_noOpen) && invocation.Surroundings.OpenBrowser(address)) invocation.Terminal.Say("a browser was opened");
        var code = await CodeAsync(invocation, loopback, cancellationToken);
        return await invocation.Surroundings.Open(url, null).LoginByCodeAsync(new CodeRequest(code, verifier, loopback.Redirect), cancellationToken);
    }

    private static async Task<string> CodeAsync(Invocation invocation, LoopbackAnswer loopback, CancellationToken cancellationToken)
    {
        try
        {
            return await loopback.Code.WaitAsync(TerminalLogin.Patience, invocation.Surroundings.Time, cancellationToken)
                ?? throw new DiagnosticException(ExitCode.NotSignedIn, LoginDiagnostics.NobodyLetIn("somebody said no on the page"));
        }
        catch (TimeoutException)
        {
            throw new DiagnosticException(ExitCode.NotSignedIn, LoginDiagnostics.NobodyLetIn($"no answer came within {TerminalLogin.Patience.TotalMinutes:0} minutes"));
        }
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
