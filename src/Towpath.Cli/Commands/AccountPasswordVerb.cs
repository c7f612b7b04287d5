using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath account password</c>.</summary>
internal sealed class AccountPasswordVerb : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the account." };
    private readonly Option<bool> _own = new("--own") { Description = "Change your own: asks for the password of before too, and needs no administrator. On standard input it is the first line." };

    /// <summary>Declares it.</summary>
    public AccountPasswordVerb()
        : base("password", "Gives a person a password, and ends the sessions of before. It is asked for, or read from standard input, so that it stands in no command line.", "account password ben", "account password ben --own")
    {
        Arguments.Add(_name);
        Options.Add(_own);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = invocation.Arguments.GetValue(_name)!;
        var current = invocation.Arguments.GetValue(_own) ? await invocation.AskSecretAsync("password of before: ", cancellationToken) : null;
        var password = await invocation.AskSecretAsync("new password: ", cancellationToken);

        // Typed unseen, it is easily mistyped; what comes through a pipe is what it is.
        if (invocation.Surroundings.IsInteractive && await invocation.AskSecretAsync("the same again: ", cancellationToken) != password)
        {
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments("the two passwords differ", "towpath account password"));
        }

        var plane = await invocation.ConnectAsync(cancellationToken);
        await plane.SetPasswordAsync(name, new PasswordRequest(password, current, invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"{name} has a password");
        invocation.Terminal.Result(new { Account = name }, _ => { });
        return ExitCode.Success;
    }
}
