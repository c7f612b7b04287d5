using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Over what a role or token holds. It must be said: what was left out by mistake must not come to mean everything.</summary>
internal sealed class ExtentOptions
{
    private readonly Option<string?> _application = new("--application") { Description = "In which application; * for every one.", HelpName = "NAME" };
    private readonly Option<string?> _environment = new("--environment") { Description = "In which environment only (default: all of them).", HelpName = "ENV" };
    private readonly Option<bool> _everything = new("--everything") { Description = "In every application and environment." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb, bool everything)
    {
        verb.Options.Add(_application);
        verb.Options.Add(_environment);
        if (everything) verb.Options.Add(_everything);
    }

    /// <summary>What was said; <c>--app</c> counts too, since people will write it.</summary>
    public (string? Application, string? Environment) Read(Invocation invocation) =>
        (invocation.Arguments.GetValue(_application) ?? invocation.Arguments.GetValue(invocation.Options.App), invocation.Arguments.GetValue(_environment));

    /// <summary>What was said, where something must be.</summary>
    public (string? Application, string? Environment) ReadSaid(Invocation invocation, string verb)
    {
        var said = Read(invocation);
        var everything = invocation.Arguments.GetValue(_everything);
        if (everything == (said.Application is not null || said.Environment is not null))
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments("say where: `--application`, `--environment` or both, or else `--everything`", $"towpath {verb}"));
        return said;
    }
}

/// <summary>Roles as they are written on a command line.</summary>
internal static class RoleWords
{
    /// <summary>All of them: a number, which the library would take too, is none.</summary>
    public static string[] All { get; } = [.. Enum.GetValues<Role>().Select(r => r.Word())];
}

/// <summary><c>towpath grant</c>.</summary>
internal sealed class GrantVerb : Verb
{
    private readonly Argument<Role> _role = new("ROLE") { Description = "viewer, developer, operator or administrator; each may do what those before it may." };
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the account." };
    private readonly ExtentOptions _extent = new();

    /// <summary>Declares it.</summary>
    public GrantVerb()
        : base(
            "grant", "Gives an account a role in an application, an environment or everything, in place of another one for exactly that.",
            "grant developer ben --application shop", "grant operator ann --application shop --environment production", "grant administrator eve --everything")
    {
        _role.AcceptOnlyFromAmong(RoleWords.All);
        Arguments.Add(_role);
        Arguments.Add(_name);
        _extent.AddTo(this, everything: true);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (application, environment) = _extent.ReadSaid(invocation, Name);
        var request = new GrantRequest(invocation.Arguments.GetValue(_role), application, environment, invocation.Actor);
        var plane = await invocation.ConnectAsync(cancellationToken);
        var account = await plane.GrantAsync(invocation.Arguments.GetValue(_name)!, request, cancellationToken);
        invocation.Terminal.Result(account, text => text.WriteLine(AccountText.Of(account)));
        return ExitCode.Success;
    }
}

/// <summary><c>towpath revoke</c>.</summary>
internal sealed class RevokeVerb : AccountVerb
{
    private readonly ExtentOptions _extent = new();

    /// <summary>Declares it.</summary>
    public RevokeVerb()
        : base("revoke", "Takes back the role that an account was granted for exactly that.", "revoke ben --application shop", "revoke eve --everything") =>
        _extent.AddTo(this, everything: true);

    /// <inheritdoc/>
    protected override Task<AccountAnswer> AskAsync(Invocation invocation, IControlPlane plane, string name, CancellationToken cancellationToken)
    {
        var (application, environment) = _extent.ReadSaid(invocation, Name);
        return plane.GrantAsync(name, new GrantRequest(null, application, environment, invocation.Actor), cancellationToken);
    }
}
