using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.Host;
using Towpath.Cli.Terminal;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Secrets;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath doctor</c>.</summary>
internal sealed class DoctorVerb : Verb
{
    private readonly Option<bool> _fix = new("--fix") { Description = "Mend what can be mended." };

    /// <summary>Declares it.</summary>
    public DoctorVerb()
        : base("doctor", "Says what this machine lacks, and the command that mends it.", "doctor", "doctor --fix") => Options.Add(_fix);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var doctor = invocation.Surroundings.Doctor;
        var findings = invocation.Arguments.GetValue(_fix)
            ? await doctor.MendAsync(invocation.Terminal.Say, cancellationToken)
            : await doctor.CheckAsync(cancellationToken);
        var configuration = Configuration(invocation);
        var sources = await SourcesAsync(invocation, cancellationToken);
        var installation = Installation(invocation);
        var all = (IReadOnlyList<HostFinding>)[.. findings, Secrets(invocation), configuration, .. installation, .. sources];
        invocation.Terminal.Result(all, writer =>
        {
            var table = new TextTable("NEEDED", "STATE", "FOUND", "MENDED BY");
            foreach (var finding in all)
            {
                table.Add(finding.Name, finding.Ok ? "ok" : "missing", finding.Detail, finding.Ok ? "" : finding.Remedy ?? "-");
            }

            table.Write(writer);
        });
        return !findings.All(finding => finding.Ok) ? ExitCode.EngineUnavailable
            : !configuration.Ok || sources.Any(source => !source.Ok) ? ExitCode.InvalidInput
            : installation.All(finding => finding.Ok) ? ExitCode.Success : ExitCode.ControlPlaneUnavailable;
    }

    private static IReadOnlyList<HostFinding> Installation(Invocation invocation)
    {
        var configured = invocation.Configuration.Read(invocation.Surroundings.Variables())?.Configuration?.Postgres;
        var postgres = invocation.Surroundings.Variable(ConfigurationFile.PostgresVariable) is { Length: > 0 } said ? new Secret(said) : configured;
        return InstallationCheck.Run(invocation.Paths, postgres, invocation.DefaultPort(), invocation.Surroundings.IsFree, invocation.Surroundings.Time.GetUtcNow());
    }

    /// <summary>Where opened secrets lie for containers.</summary>
    private static HostFinding Secrets(Invocation invocation) => ShownSecrets.Place() is { } place
        ? new HostFinding("memory for secrets", true, place, null)
        : new HostFinding("memory for secrets", true, $"none of /run, $XDG_RUNTIME_DIR and /dev/shm is one: opened secrets lie in {invocation.Paths.State}", null);

    /// <summary>Repositories that a running control plane watches; none is started for it.</summary>
    private static async Task<IReadOnlyList<HostFinding>> SourcesAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        try
        {
            var plane = await invocation.FindAsync(cancellationToken);
            var sources = plane is null ? [] : await plane.SourcesAsync(cancellationToken);
            return [.. sources.Select(s => new HostFinding($"source {s.Name}", s.Failure is null, s.Failure is { } failure ? $"{failure.Code}: {Plain.Clean(failure.Headline)}" : Plain.Clean(s.Url), "towpath sources"))];
        }
        catch (DiagnosticException)
        {
            // One that does not answer is no fault of the machine.
            return [];
        }
    }

    private static HostFinding Configuration(Invocation invocation)
    {
        var reading = invocation.Configuration.Read(invocation.Surroundings.Variables());
        var errors = reading?.Diagnostics.Where(d => d.Severity == Severity.Error).ToList() ?? [];
        return errors is [var first, ..]
            ? new HostFinding("configuration", false, $"{first.Location?.ToString() ?? invocation.Configuration.Path}: {first.Headline}", "towpath serve --check")
            : new HostFinding("configuration", true, reading is null ? "none, which is fine" : invocation.Configuration.Path, null);
    }
}
