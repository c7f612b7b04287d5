using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath status</c>.</summary>
internal sealed class StatusVerb() : Verb("status", "Shows each environment of an application: what runs, where, and what could come next.", "status", "status --app shop --output json")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var status = await plane.StatusAsync(application, cancellationToken);
        var sources = (await plane.SourcesAsync(cancellationToken)).Where(s => s.Application == application);
        var now = invocation.Surroundings.Time.GetUtcNow();
        invocation.Terminal.Result(status, writer =>
        {
            Write(writer, status, now);
            foreach (var failure in sources.Select(source => SourcesVerb.Failure(source, now)).OfType<string>()) writer.WriteLine(failure);
        });
        return ExitCode.Success;
    }

    private static void Write(TextWriter writer, StatusAnswer status, DateTimeOffset now)
    {
        var environments = new TextTable("ENVIRONMENT", "RELEASE", "COMMIT", "SINCE", "DEPLOYMENT", "STRATEGY", "URL");
        var services = new TextTable("ENVIRONMENT", "SERVICE", "READY", "REVISION");
        foreach (var environment in status.Environments)
        {
            var deployment = environment.Deployment is null ? "-" : $"{environment.Deployment} {environment.Phase}";
            environments.Add(environment.Name, environment.Release ?? "-", Plain.Commit(environment.Commit), Plain.Ago(environment.Since, now), deployment, environment.Strategy ?? "-", environment.Url ?? "-");
            foreach (var service in environment.Services)
            {
                services.Add(environment.Name, service.Name, environment.Unseen is null ? $"{service.Running}/{service.Desired}" : $"?/{service.Desired}", service.Revision);
            }
        }

        environments.Write(writer);
        if (status.Environments.Any(environment => environment.Services.Count > 0))
        {
            writer.WriteLine();
            services.Write(writer);
        }

        foreach (var environment in status.Environments) WriteState(writer, environment, now);
        WriteNext(writer, status);
        foreach (var run in status.Runs)
        {
            writer.WriteLine($"run {run.Id} of commit {Plain.Commit(run.Commit)}: {run.State}");
        }
    }

    private static void WriteState(TextWriter writer, EnvironmentAnswer environment, DateTimeOffset now)
    {
        if (environment.Unseen is { } unseen)
        {
            writer.WriteLine($"{environment.Name} can't be looked at: {Plain.Clean(unseen)}");
        }

        foreach (var service in environment.Services.Where(service => service.Why is not null))
        {
            writer.WriteLine($"{environment.Name} {service.Name} is not ready: {Plain.Clean(service.Why!)}");
        }

        foreach (var still in environment.StandsStill)
        {
            var reason = still.Reason is null ? "" : $": {Plain.Clean(still.Reason)}";
            writer.WriteLine($"{environment.Name} stands still: {still.What} was stopped by {Plain.Clean(still.Actor)} {Plain.Ago(still.Since, now)}{reason}");
        }

        foreach (var share in environment.Shares)
        {
            var waits = share.Waits ? $"; waits for `towpath proceed {environment.Name}`" : "";
            writer.WriteLine($"{environment.Name} gives {share.Percent} % of the requests of {share.Service} to {environment.Deployment}, step {share.Step} of {share.Steps}{waits}");
        }

        if (environment.Emergencies > 0)
        {
            writer.WriteLine($"{environment.Name} was opened by {environment.Emergencies} {(environment.Emergencies == 1 ? "emergency" : "emergencies")} in the last 90 days");
        }

        if (environment.Warm is { } warm)
        {
            writer.WriteLine($"{environment.Name} keeps {warm.Release} ready to come back for {Plain.Duration(warm.Until - now)}");
        }

        foreach (var drift in environment.Drift)
        {
            writer.WriteLine($"{environment.Name} has drifted: {Plain.Clean(drift)}");
        }
    }

    private static void WriteNext(TextWriter writer, StatusAnswer status)
    {
        foreach (var environment in status.Environments.Where(environment => environment.Next is not null))
        {
            writer.WriteLine();
            writer.WriteLine($"{environment.Next} could enter {environment.Name}:");
            foreach (var gate in environment.Gates)
            {
                writer.WriteLine($"  {(gate.Holds ? "yes" : "no ")} {gate.Name}: {Plain.Clean(gate.Evidence)}");
            }
        }
    }
}
