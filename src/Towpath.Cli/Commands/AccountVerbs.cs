using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>A verb that shows or changes one account.</summary>
internal abstract class AccountVerb : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the account." };

    /// <summary>Declares it, with the account's name as its first argument.</summary>
    protected AccountVerb(string name, string description, params string[] examples)
        : base(name, description, examples) =>
        Arguments.Add(_name);

    /// <inheritdoc/>
    public sealed override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = invocation.Arguments.GetValue(_name)!;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var account = await AskAsync(invocation, plane, name, cancellationToken);
        invocation.Terminal.Result(account, text => text.WriteLine(AccountText.Of(account)));
        return ExitCode.Success;
    }

    /// <summary>Asks the control plane for it.</summary>
    protected abstract Task<AccountAnswer> AskAsync(Invocation invocation, IControlPlane plane, string name, CancellationToken cancellationToken);
}

/// <summary>Accounts in words.</summary>
internal static class AccountText
{
    /// <summary>One line.</summary>
    public static string Of(AccountAnswer account)
    {
        var what = account.Kind == AccountKind.Service ? "a service" : "a person";
        var teams = account.Teams.Count == 0 ? "" : $" in {string.Join(", ", account.Teams)}";
        return $"{account.Name} is {what}{teams}{(account.Disabled ? ", disabled" : "")}: {Grants(account.Grants)}";
    }

    /// <summary>What is granted, in words.</summary>
    public static string Grants(IReadOnlyList<GrantAnswer> grants) =>
        grants.Count == 0 ? "no role yet" : string.Join("; ", grants.Select(g => $"{g.Role.Word()} in {Extent.Of(g.Application, g.Environment)}"));
}

/// <summary><c>towpath account add</c>.</summary>
internal sealed class AccountAddVerb : AccountVerb
{
    private readonly Option<bool> _service = new("--service") { Description = "A program, such as a CI job: it has tokens and no password." };
    private readonly Option<string[]> _teams = new("--team") { Description = "A team that it may confirm for, such as dev or ops; may be given several times.", HelpName = "TEAM", DefaultValueFactory = _ => [] };

    /// <summary>Declares it.</summary>
    public AccountAddVerb()
        : base("add", "Makes an account. It may do nothing before `towpath grant` gives it a role.", "account add ben --team dev", "account add ci --service")
    {
        Options.Add(_service);
        Options.Add(_teams);
    }

    /// <inheritdoc/>
    protected override Task<AccountAnswer> AskAsync(Invocation invocation, IControlPlane plane, string name, CancellationToken cancellationToken)
    {
        var kind = invocation.Arguments.GetValue(_service) ? AccountKind.Service : AccountKind.Person;
        return plane.AddAccountAsync(new AccountRequest(name, kind, invocation.Arguments.GetValue(_teams), invocation.Actor), cancellationToken);
    }
}

/// <summary><c>towpath account disable</c> and <c>enable</c>.</summary>
internal sealed class AccountSwitchVerb(bool disable) : AccountVerb(
    disable ? "disable" : "enable",
    disable ? "Keeps an account from doing anything, with all of its tokens, and ends its sessions." : "Lets a disabled account act again, with the roles and tokens that it had.",
    disable ? "account disable ben" : "account enable ben")
{
    /// <inheritdoc/>
    protected override Task<AccountAnswer> AskAsync(Invocation invocation, IControlPlane plane, string name, CancellationToken cancellationToken) =>
        plane.ChangeAccountAsync(name, new AccountChangeRequest(disable, null, invocation.Actor), cancellationToken);
}

/// <summary><c>towpath account teams</c>.</summary>
internal sealed class AccountTeamsVerb : AccountVerb
{
    private readonly Argument<string[]> _teams = new("TEAM") { Description = "All teams that it is to be in; none takes it out of all.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares it.</summary>
    public AccountTeamsVerb()
        : base("teams", "Puts an account into teams, in place of those that it was in.", "account teams ben dev ops", "account teams ben") =>
        Arguments.Add(_teams);

    /// <inheritdoc/>
    protected override Task<AccountAnswer> AskAsync(Invocation invocation, IControlPlane plane, string name, CancellationToken cancellationToken) =>
        plane.ChangeAccountAsync(name, new AccountChangeRequest(null, invocation.Arguments.GetValue(_teams) ?? [], invocation.Actor), cancellationToken);
}

/// <summary><c>towpath account list</c>.</summary>
internal sealed class AccountListVerb() : Verb("list", "Lists all accounts with their teams and roles.", "account list")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var accounts = await plane.AccountsAsync(cancellationToken);
        var table = new TextTable("ACCOUNT", "KIND", "TEAMS", "STATE", "PASSWORD", "ROLES");
        foreach (var a in accounts)
            table.Add(a.Name, a.Kind == AccountKind.Service ? "service" : "person", string.Join(",", a.Teams), a.Disabled ? "disabled" : "active", a.HasPassword ? "yes" : "no", AccountText.Grants(a.Grants));
        invocation.Terminal.Result(accounts, table.Write);
        return ExitCode.Success;
    }
}
