using System.CommandLine;
using Towpath.Cli.Host;
using Towpath.Cli.Terminal;
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
        findings = [.. findings, Secrets(invocation), configuration, .. sources];
        invocation.Terminal.Result(findings, writer =>
        {
            var table = new TextTable("NEEDED", "STATE", "FOUND", "MENDED BY");
            foreach (var finding in findings)
            {
                table.Add(finding.Name, finding.Ok ? "ok" : "missing", finding.Detail, finding.Ok ? "" : finding.Remedy ?? "-");
            }

            table.Write(writer);
        });
        return findings.All(finding => finding.Ok || finding == configuration || sources.Contains(finding))
            ? configuration.Ok && sources.All(source => source.Ok) ? ExitCode.Success : ExitCode.InvalidInput
            : ExitCode.EngineUnavailable;
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
