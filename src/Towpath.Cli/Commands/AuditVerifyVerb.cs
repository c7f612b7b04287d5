using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath audit verify</c>.</summary>
internal sealed class AuditVerifyVerb : Verb
{
    private readonly Option<string?> _seal = new("--seal") { Description = "A seal of before, as this verb printed it: what was written up to it must still be that.", HelpName = "NUMBER:SEAL" };

    /// <summary>Declares it.</summary>
    public AuditVerifyVerb()
        : base(
            "verify",
            "Looks through the whole journal for facts that were altered, removed or put in, and prints the seal of the last one. Note it elsewhere: it proves later what stood here today.",
            "audit verify",
            "audit verify --seal 4711:0f1e2d3c4b5a6978") =>
        Options.Add(_seal);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var answer = await plane.AuditAsync(invocation.Arguments.GetValue(_seal), cancellationToken);
        if (answer.Broken is { } broken)
        {
            throw new DiagnosticException(ExitCode.Tampered, broken);
        }

        invocation.Terminal.Say(answer.Facts == 1 ? "1 fact, as it was written" : $"{answer.Facts} facts, each as it was written");
        invocation.Terminal.Result(answer, text => text.WriteLine(answer.Seal));
        return ExitCode.Success;
    }
}
