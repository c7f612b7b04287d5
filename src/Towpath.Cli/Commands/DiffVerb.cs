using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath diff</c>.</summary>
internal sealed class DiffVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment on a cluster." };
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the one that could come next).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    public DiffVerb()
        : base(
            "diff",
            "Shows what a release would change of an environment on a cluster, field by field; the exit code says whether anything would.",
            "diff production",
            "diff production r-3f2a91 --output json")
    {
        Arguments.Add(_environment);
        Arguments.Add(_release);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await plane.DifferencesAsync(application, invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_release), cancellationToken);
        invocation.Terminal.Result(answer, writer => Write(writer, answer));
        return answer.Objects.Count == 0 ? ExitCode.Success : ExitCode.Differs;
    }

    private static void Write(TextWriter writer, DifferencesAnswer answer)
    {
        writer.WriteLine(answer.Objects.Count switch
        {
            0 => $"{answer.Release} would change nothing in {answer.Environment}",
            1 => $"{answer.Release} would change 1 object of {answer.Environment} in namespace {answer.Namespace}:",
            var count => $"{answer.Release} would change {count} objects of {answer.Environment} in namespace {answer.Namespace}:",
        });
        foreach (var change in answer.Objects)
        {
            var why = change.Why is null ? "" : $" would be refused: {Plain.Clean(change.Why)}";
            writer.WriteLine($"  {Mark(change.Change)} {Plain.Clean(change.Subject)}{why}");
            foreach (var field in change.Fields)
            {
                var who = field.ChangedBy.Count == 0 ? "" : $" (set by {Plain.Clean(string.Join(", ", field.ChangedBy))})";
                writer.WriteLine($"      {Plain.Clean(field.Path)}: {(field.IsSecret ? "changed" : $"{Value(field.Live)} -> {Value(field.Wanted)}")}{who}");
            }
        }
    }

    private static string Mark(string change) => change switch
    {
        "added" => "+",
        "removed" => "-",
        "refused" => "!",
        _ => "~",
    };

    private static string Value(string? value) => value is null ? "(nothing)" : Plain.Clean(value);
}
