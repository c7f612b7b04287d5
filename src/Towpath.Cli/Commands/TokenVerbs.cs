using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath token create</c>.</summary>
internal sealed class TokenCreateVerb : Verb
{
    private const int UsualDays = 30;
    private readonly Option<string> _account = new("--account") { Description = "Whose.", Required = true, HelpName = "NAME" };
    private readonly Option<Role?> _role = new("--role") { Description = "The highest role that it is to have (default: the account's own).", HelpName = "viewer|developer|operator|administrator" };
    private readonly Option<int> _days = new("--days") { Description = "How many days it lives.", DefaultValueFactory = _ => UsualDays, HelpName = "1-366" };
    private readonly ExtentOptions _extent = new();

    /// <summary>Declares it.</summary>
    public TokenCreateVerb()
        : base(
            "create", "Makes a token of an account and prints it, this once. It can only narrow what the account may do.",
            "token create --account ci --role developer --application shop --days 90")
    {
        Options.Add(_account);
        _role.AcceptOnlyFromAmong(RoleWords.All);
        Options.Add(_role);
        Options.Add(_days);
        _extent.AddTo(this, everything: false);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (application, environment) = _extent.Read(invocation);
        var arguments = invocation.Arguments;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var token = await plane.CreateTokenAsync(
            arguments.GetValue(_account)!, new TokenRequest(arguments.GetValue(_role), application, environment, arguments.GetValue(_days), invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"token {token.Id} of {token.Account}, good until {TokenText.Time(token.ExpiresAt)}; it is shown only now");
        invocation.Terminal.Result(token, text => text.WriteLine(token.Token));
        return ExitCode.Success;
    }
}

/// <summary><c>towpath token list</c>.</summary>
internal sealed class TokenListVerb() : Verb("list", "Lists all tokens and sessions, without their secrets.", "token list")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var tokens = await plane.TokensAsync(cancellationToken);
        var table = new TextTable("TOKEN", "ACCOUNT", "KIND", "NARROWED TO", "UNTIL", "USED", "STATE");
        foreach (var t in tokens)
            table.Add(t.Id, t.Account, t.IsSession ? "session" : "token", TokenText.Narrowed(t), TokenText.Time(t.ExpiresAt), t.UsedAt is { } used ? TokenText.Time(used) : "never", State(t, invocation.Surroundings.Time.GetUtcNow()));
        invocation.Terminal.Result(tokens, table.Write);
        return ExitCode.Success;
    }

    private static string State(TokenAnswer token, DateTimeOffset now) => token.RevokedAt is not null ? "revoked" : token.ExpiresAt <= now ? "expired" : "good";
}

/// <summary><c>towpath token revoke</c>.</summary>
internal sealed class TokenRevokeVerb : Verb
{
    private readonly Argument<string> _token = new("TOKEN") { Description = "Its number, as `towpath token list` shows it." };

    /// <summary>Declares it.</summary>
    public TokenRevokeVerb()
        : base("revoke", "Revokes a token, or ends a session, at once.", "token revoke 0f1e2d3c4b5a6978") =>
        Arguments.Add(_token);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var token = invocation.Arguments.GetValue(_token)!;
        var plane = await invocation.ConnectAsync(cancellationToken);
        await plane.RevokeTokenAsync(token, new RevokeRequest(invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"token {token} is revoked");
        invocation.Terminal.Result(new { Token = token }, _ => { });
        return ExitCode.Success;
    }
}

/// <summary>Tokens in words.</summary>
internal static class TokenText
{
    /// <summary>A time, to the minute.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>What it takes away.</summary>
    public static string Narrowed(TokenAnswer token)
    {
        var narrowing = new Narrowing(token.Role, Extent.Of(token.Application, token.Environment));
        return narrowing == Narrowing.None ? "-" : narrowing.ToString();
    }
}
