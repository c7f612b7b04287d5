using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Towpath.Cli.Commands;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli;

/// <summary>The program: the tree of its verbs, and the one place where failures become diagnostics and exit codes.</summary>
internal static class TowpathProgram
{
    /// <summary>Runs one command line.</summary>
    public static async Task<ExitCode> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = new GlobalOptions();
        var parsed = Build(options, surroundings).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return Misused(parsed, surroundings);
        }

        // Signals are ours, and failures too: the library would print a stack trace.
        var configuration = new InvocationConfiguration
        {
            Output = surroundings.Out,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return (ExitCode)await parsed.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>The tree of verbs.</summary>
    public static RootCommand Build(GlobalOptions options, Surroundings surroundings)
    {
        var root = new RootCommand("Carries a commit of a Compose application to production, environment by environment, without a failed request.");
        options.AddTo(root);
        Verb[] verbs =
        [
            new DemoVerb(), new UpVerb(), new DownVerb(), new ServeVerb(),
            new ShipVerb(), new ReleasesVerb(), new StatusVerb(), new ReviewVerb(), new PromoteVerb(), new ConfirmVerb(), new RollbackVerb(),
            new SourcesVerb(), new GatesVerb(), new DiffVerb(), new RequestsVerb(), new DeliverVerb(), new DeliveriesVerb(), new RejectVerb(),
            new PauseVerb(), new ResumeVerb(), new AbortVerb(), new ProceedVerb(), new HaltVerb(),
            new LogsVerb(), new InitVerb(), new CheckVerb(), new ContractVerb(), new CiVerb(), new ConfigVerb(), new RenderVerb(), new DoctorVerb(), new BackupVerb(), new RestoreVerb(), new ExplainVerb(), new SchemaVerb(), new CompletionVerb(),
            new LoginVerb(), new LogoutVerb(), new WhoAmIVerb(), new GrantVerb(), new RevokeVerb(),
        ];
        foreach (var verb in verbs)
        {
            Add(root, verb, options, surroundings);
        }

        var request = new RequestVerb();
        Add(root, request, options, surroundings);
        Add(request, new RequestRefuseVerb(), options, surroundings);
        var escalation = new EscalationVerb();
        Add(root, escalation, options, surroundings);
        Add(escalation, new EscalationRaiseVerb(), options, surroundings);
        Add(escalation, new EscalationOutcomeVerb(), options, surroundings);
        Add(escalation, new EscalationConfirmVerb(), options, surroundings);
        var agreement = new AgreementVerb();
        Add(root, agreement, options, surroundings);
        Add(agreement, new AgreementSignVerb(agreement.Release), options, surroundings);
        Group(root, "pipeline", "The pipeline by itself, without a control plane.", options, surroundings, new PipelineRunVerb());
        var evidence = Group(root, "evidence", "Evidence of pipelines that ran elsewhere.", options, surroundings, new EvidenceSubmitVerb(), new EvidenceListVerb());
        Group(evidence, "key", "Keys that vouch for evidence.", options, surroundings, new EvidenceKeyAddVerb(), new EvidenceKeyListVerb(), new EvidenceKeyRemoveVerb());
        Group(root, "secret", "Secrets that a person gives.", options, surroundings, new SecretSetVerb(), new SecretListVerb(), new SecretRotateVerb());
        Group(root, "service", "The control plane as a service of this machine.", options, surroundings, new ServicePrintVerb());
        Group(root, "port", "Ports of this machine, and whose they are.", options, surroundings, new PortListVerb(), new PortAssignVerb(), new PortFreeVerb());
        Group(
            root, "account", "Who may use the control plane.", options, surroundings,
            new AccountAddVerb(), new AccountListVerb(), new AccountTeamsVerb(), new AccountSwitchVerb(disable: true), new AccountSwitchVerb(disable: false), new AccountPasswordVerb(),
            new AccountLinkVerb(), new AccountFirstVerb());
        Group(root, "token", "Tokens of accounts, for programs.", options, surroundings, new TokenCreateVerb(), new TokenListVerb(), new TokenRevokeVerb());
        Group(root, "audit", "The record of all that happened, and the proof that nobody altered it.", options, surroundings, new AuditVerifyVerb(), new AuditExportVerb());
        Add(root, new BillVerb(), options, surroundings);
        Add(root, new ProvenanceVerb(), options, surroundings);
        Group(root, "packages", "What releases are made of.", options, surroundings, new PackagesDiffVerb());
        var vulnerabilities = new VulnerabilitiesVerb();
        Add(root, vulnerabilities, options, surroundings);
        Add(vulnerabilities, new VulnerabilitiesImportVerb(), options, surroundings);
        var announcements = new AnnouncementsVerb();
        Add(root, announcements, options, surroundings);
        Add(announcements, new AnnouncementsReplayVerb(), options, surroundings);
        Add(announcements, new AnnouncementsTestVerb(), options, surroundings);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    private static Command Group(Command parent, string name, string description, GlobalOptions options, Surroundings surroundings, params Verb[] verbs)
    {
        var group = new Command(name, description);
        foreach (var verb in verbs)
        {
            Add(group, verb, options, surroundings);
        }

        parent.Subcommands.Add(group);
        return group;
    }

    private static void Add(Command parent, Verb verb, GlobalOptions options, Surroundings surroundings)
    {
        verb.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(verb, parsed, options, surroundings, cancellationToken));
        parent.Subcommands.Add(verb);
    }

    private static async Task<ExitCode> RunAsync(Verb verb, ParseResult parsed, GlobalOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var terminal = OpenTerminal(parsed, options, surroundings);
        try
        {
            if (!verb.Outputs.Contains(parsed.GetValue(options.Output)!))
            {
                throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments($"`{verb.Name}` writes {string.Join(" or ", verb.Outputs)} only", $"towpath {verb.Name}"));
            }

            var invocation = new Invocation(parsed, options, surroundings, terminal);
            if (invocation.OnKubernetes && verb is not DemoVerb)
            {
                throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.ClusterIsNoContainerEngine());
            }

            return await verb.RunAsync(invocation, cancellationToken);
        }
        catch (DiagnosticException exception)
        {
            return Failed(terminal, exception.ExitCode, [.. exception.Diagnostics]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            if (surroundings.Variable("TOWPATH_TRACE") is { Length: > 0 })
            {
                await surroundings.Error.WriteLineAsync(exception.ToString());
            }

            return Failed(terminal, ExitCode.Internal, [CliDiagnostics.Internal(exception)]);
        }
    }

    private static ExitCode Failed(SystemTerminal terminal, ExitCode code, IReadOnlyList<Diagnostic> diagnostics)
    {
        terminal.Report(diagnostics);

        // A program that asked for JSON gets the failure as JSON too; people have read it on standard error.
        terminal.Result(new ProblemAnswer(diagnostics, (int)code), _ => { });
        return code;
    }

    private static ExitCode Misused(ParseResult parsed, Surroundings surroundings)
    {
        var terminal = new SystemTerminal(surroundings.Out, surroundings.Error, OutputFormat.Text, surroundings.IsLive, color: false, surroundings.Time);
        var command = string.Join(' ', Names(parsed.CommandResult));

        // A mistyped verb is also a missing one: the first error is the cause.
        terminal.Report([CliDiagnostics.WrongArguments(parsed.Errors.Select(error => error.Message).LastOrDefault() ?? "", command)]);
        return ExitCode.Usage;
    }

    private static IEnumerable<string> Names(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? Names(parent).Append(result.Command.Name) : ["towpath"];

    private static SystemTerminal OpenTerminal(ParseResult parsed, GlobalOptions options, Surroundings surroundings) => new(
        surroundings.Out,
        surroundings.Error,
        parsed.GetValue(options.Output) == GlobalOptions.JsonOutput ? OutputFormat.Json : OutputFormat.Text,
        surroundings.IsLive,
        !parsed.GetValue(options.NoColor) && surroundings.Variable("NO_COLOR") is null or "",
        surroundings.Time);
}
