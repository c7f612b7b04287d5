using System.Collections.Immutable;
using System.CommandLine;
using Towpath.Cli.Files;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Onboarding;
using Towpath.Engines.Git;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath init</c>.</summary>
internal sealed class InitVerb : Verb
{
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the application (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Who answers for services that CODEOWNERS does not name.", HelpName = "TEAM" };
    private readonly Option<string?> _environments = new("--environments") { Description = "Environments, lowest first, with commas between (default: development,staging,production).", HelpName = "NAMES" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the change as a patch, and write nothing." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace values that differ from what is found, and towpath.yaml." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Ask nothing; take the defaults." };

    /// <summary>Declares it.</summary>
    public InitVerb()
        : base(
            "init",
            "Writes x-towpath into the Compose file and a towpath.yaml, from what the repository says by itself.",
            "init --dry-run",
            "init --yes --owner backend",
            "init --app shop --environments staging,production")
    {
        Options.Add(_path);
        Options.Add(_owner);
        Options.Add(_environments);
        Options.Add(_dryRun);
        Options.Add(_force);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", invocation.Surroundings.Folder);
        var options = new OnboardingOptions
        {
            Application = invocation.Arguments.GetValue(invocation.Options.App),
            Owner = invocation.Arguments.GetValue(_owner),
            Environments = Environments(invocation.Arguments.GetValue(_environments)) ?? new OnboardingOptions().Environments,
            Force = invocation.Arguments.GetValue(_force),
        };
        var source = new CommitFiles(folder, folder, await GitRepository.ListAsync(folder, cancellationToken));
        var proposal = ProposalBuilder.Propose(source, options);
        if (proposal.Open.Any(d => d.Severity == Severity.Error))
        {
            throw new DiagnosticException(ExitCode.InvalidInput, proposal.Open);
        }

        var isDry = invocation.Arguments.GetValue(_dryRun);
        if (!isDry && invocation.Surroundings.IsInteractive && !invocation.Arguments.GetValue(_yes))
        {
            options = Ask(invocation, options, proposal);
            proposal = ProposalBuilder.Propose(source, options);
        }

        Tell(invocation, proposal);
        var files = proposal.Texts.Keys.ToDictionary(path => path, path => WorkingFile.Open(folder, path), StringComparer.Ordinal);
        if (isDry)
        {
            var patch = string.Concat(proposal.Texts.Select(text => UnifiedDiff.Write(text.Key, files[text.Key].Text, text.Value)));
            invocation.Terminal.Result(new { Patch = patch, proposal.Findings, proposal.Open }, writer => writer.Write(patch));
            return ExitCode.Success;
        }

        foreach (var (path, text) in proposal.Texts)
        {
            files[path].Write(text);
        }

        var left = (await invocation.Surroundings.Check(folder, cancellationToken)).Diagnostics;
        invocation.Terminal.Report(left.Where(d => d.Severity == Severity.Error));
        invocation.Terminal.Result(
            new { Files = proposal.Texts.Keys, proposal.Findings, proposal.Open, Left = left },
            writer => writer.WriteLine(Summary(proposal, left)));
        return ExitCode.Success;
    }

    private static OnboardingOptions Ask(Invocation invocation, OnboardingOptions options, Proposal proposal)
    {
        var names = Answer("Environments, lowest first", string.Join(',', options.Environments));
        var owner = proposal.Open.Any(d => d.Code == "TP2503") ? Answer("Who answers for the services (empty: nobody yet)", "") : "";
        return options with { Environments = Environments(names) ?? options.Environments, Owner = owner.Length == 0 ? options.Owner : owner };

        string Answer(string question, string usual)
        {
            invocation.Terminal.Say(usual.Length == 0 ? $"{question}:" : $"{question} [{usual}]:");
            return invocation.Surroundings.In.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : usual;
        }
    }

    private static ImmutableArray<string>? Environments(string? names)
    {
        if (names is null)
        {
            return null;
        }

        ImmutableArray<string> list = [.. names.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Take(20)];
        return list.FirstOrDefault(name => name.Length > 20 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || name[0] == '-' || name[^1] == '-') is { } bad
            ? throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.BadEnvironmentName(bad))
            : list.IsEmpty ? null : list;
    }

    private static void Tell(Invocation invocation, Proposal proposal)
    {
        var table = new TextTable("SERVICE", "WHAT", "VALUE", "FOUND IN");
        foreach (var finding in proposal.Findings)
        {
            table.Add(finding.Service ?? "-", finding.Key, finding.Value, finding.Source);
        }

        var text = new StringWriter();
        table.Write(text);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
        {
            invocation.Terminal.Say(line.TrimEnd('\r'));
        }

        invocation.Terminal.Report(proposal.Open);
    }

    private static string Summary(Proposal proposal, ImmutableArray<Diagnostic> left)
    {
        var written = proposal.Texts.IsEmpty ? "nothing to add" : $"wrote {string.Join(" and ", proposal.Texts.Keys)}";
        var open = proposal.Open.Length switch { 0 => "", 1 => "; 1 point is for a person", var count => $"; {count} points are for a person" };
        return $"{written}{open}; `towpath check` finds {Counted(left, Severity.Error, "error")} and {Counted(left, Severity.Warning, "warning")}";
    }

    private static string Counted(ImmutableArray<Diagnostic> diagnostics, Severity severity, string what) =>
        diagnostics.Count(d => d.Severity == severity) switch { 0 => $"no {what}s", 1 => $"1 {what}", var count => $"{count} {what}s" };
}
