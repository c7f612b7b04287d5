using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Rules;

/// <summary>How an image starts.</summary>
internal static class CommandRules
{
    /// <summary>TP2106: the command that starts is a list, so that signals reach it.</summary>
    public static IEnumerable<Diagnostic> ExecForm(ContractSubject subject) =>
        from instruction in new[] { subject.Image?.Entrypoint, subject.Image?.Command }.OfType<DockerfileInstruction>()
        where !instruction.IsExec && !instruction.Arguments.TrimStart().StartsWith("exec ", StringComparison.Ordinal)
        select DockerfileContractDiagnostics.ShellForm(instruction.Location, instruction.Name, instruction.Arguments.StartsWith('['));

    /// <summary>TP2116: a stage has one command and one entry point.</summary>
    public static IEnumerable<Diagnostic> OnlyOne(ContractSubject subject)
    {
        foreach (var group in subject.Stages.SelectMany(s => s.Instructions.Where(i => i.Name is "CMD" or "ENTRYPOINT" or "HEALTHCHECK").GroupBy(i => i.Name)))
        {
            var last = group.Last();
            foreach (var instruction in group.Where(i => i != last))
            {
                yield return DockerfileContractDiagnostics.Replaced(instruction.Location, instruction.Name, last.Line);
            }
        }
    }

    /// <summary>TP2115: folders are changed by WORKDIR.</summary>
    public static IEnumerable<Diagnostic> WorkingFolder(ContractSubject subject) =>
        from run in subject.Stages.SelectMany(s => s.Instructions)
        let first = ShellCommand.Of(run).FirstOrDefault()
        where first is { Program: "cd", Words: [_, var folder] } && !folder.Contains('$', StringComparison.Ordinal)
        select DockerfileContractDiagnostics.ChangesFolder(first.Location, first.Words[1]);
}
