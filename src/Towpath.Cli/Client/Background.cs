using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Finds the control plane of a state folder, or starts it in the background.</summary>
/// <param name="Paths">Whose.</param>
/// <param name="Engine">Engine for one that must be started.</param>
/// <param name="Port">Port for one that must be started.</param>
internal sealed record Background(Paths Paths, string Engine, int Port)
{
    private const int MostOfLog = 2000;

    /// <summary>Configuration of one that must be started; null for the usual place.</summary>
    public ConfigurationFile? Configuration { get; init; }

    /// <summary>Its kubeconfig; null for that of this program's variables.</summary>
    public string? Kubeconfig { get; init; }

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    /// <summary>The running control plane, or null.</summary>
    public (ControlPlaneClient Client, ServeRecord Record)? Find() =>
        ServeRecord.ReadLiving(Paths) is { } record && TokenFiles.Read(Paths) is { } token
            ? (new ControlPlaneClient(record.Url, token), record)
            : null;

    /// <summary>The running control plane; where there is none, it is started if asked.</summary>
    /// <exception cref="DiagnosticException">TP7101 or TP7102.</exception>
    public async Task<(ControlPlaneClient Client, ServeRecord Record)> ConnectAsync(bool start, Action<string> say, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Find() is { } found)
        {
            if (Configuration is { IsGiven: true } ignored)
            {
                say($"the control plane runs already: {ignored.Path} is read only when it starts; towpath down, then towpath up --config {ignored.Path}");
            }

            return found;
        }

        if (!start)
        {
            throw new DiagnosticException(ExitCode.ControlPlaneUnavailable, CliDiagnostics.NotAnswering(Paths.State, "no control plane runs on this state folder"));
        }

        say("starting the control plane");
        return await StartAsync(time, cancellationToken);
    }

    private async Task<(ControlPlaneClient Client, ServeRecord Record)> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        Paths.MakePrivate(Paths.State);
        var logStart = File.Exists(Paths.ServeLog) ? new FileInfo(Paths.ServeLog).Length : 0;
        using var process = Process.Start(ServeCommand()) ?? throw new InvalidOperationException("no process");
        var deadline = time.GetUtcNow() + StartPatience;
        while (time.GetUtcNow() < deadline)
        {
            if (Find() is { } found && await AnswersAsync(found.Client, cancellationToken))
            {
                return found;
            }

            if (process.HasExited)
            {
                // Another start may have won the state folder in the meantime: then it is the one to use.
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
                return process.ExitCode == (int)ExitCode.Busy && Find() is { } other
                    ? other
                    : throw Ended(process.ExitCode, LogAfter(logStart));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        throw NotStarted(ExitCode.ControlPlaneUnavailable, $"it did not answer within {StartPatience.TotalSeconds} s");
    }

    private ProcessStartInfo ServeCommand()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        string[] arguments =
        [
            "serve", "--background", Paths.ServeLog,
            "--state-dir", Paths.State,
            "--engine", Engine,
            "--port", Port.ToString(CultureInfo.InvariantCulture),

            // Should it fail, its log ends in the failure as JSON.
            "--output", "json",
            .. Configuration is { IsNamed: true } named ? new[] { "--config", named.Path } : [],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (Kubeconfig is not null)
        {
            start.Environment["KUBECONFIG"] = Kubeconfig;
        }

        return start;
    }

    private static async Task<bool> AnswersAsync(ControlPlaneClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.AboutAsync(cancellationToken);
            return true;
        }
        catch (DiagnosticException)
        {
            client.Dispose();
            return false;
        }
    }

    /// <summary>What it said itself is the cause; where it said nothing, its last lines must do.</summary>
    private DiagnosticException Ended(int exitCode, string log)
    {
        var start = log.LastIndexOf("{\n  \"diagnostics\":", StringComparison.Ordinal);
        try
        {
            if (start >= 0 && JsonSerializer.Deserialize<ProblemAnswer>(log[start..], ApiJson.Options) is { Diagnostics.Count: > 0 } problem)
            {
                return new DiagnosticException((ExitCode)problem.ExitCode, [.. problem.Diagnostics]);
            }
        }
        catch (JsonException)
        {
            // Cut off: the lines say what there is.
        }

        return NotStarted((ExitCode)exitCode, $"it ended with exit code {exitCode}: {log[Math.Max(0, log.Length - MostOfLog)..]}");
    }

    private string LogAfter(long start)
    {
        const int most = 32 * 1024;
        using var log = new FileStream(Paths.ServeLog, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        log.Position = Math.Max(start, log.Length - most);
        using var reader = new StreamReader(log);
        return reader.ReadToEnd().Trim();
    }

    private DiagnosticException NotStarted(ExitCode code, string why) => new(
        Enum.IsDefined(code) && code != ExitCode.Success ? code : ExitCode.Internal,
        CliDiagnostics.NotStarted(why, Paths.ServeLog));
}
