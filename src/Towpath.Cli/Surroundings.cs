using System.Collections;
using System.Collections.Immutable;
using Towpath.Cli.Client;
using Towpath.Cli.Demo;
using Towpath.Cli.Demo.Cluster;
using Towpath.Cli.Host;
using Towpath.Cli.Terminal;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Pipelines;

namespace Towpath.Cli;

/// <summary>The world as the program meets it. Tests put their own in its place.</summary>
internal sealed record Surroundings
{
    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Standard error is a terminal that can be drawn on.</summary>
    public bool IsLive { get; init; }

    /// <summary>Standard output is a terminal that shows colours.</summary>
    public bool IsDrawn { get; init; }

    /// <summary>A person can answer questions on <see cref="In"/>.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>An environment variable, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>All environment variables.</summary>
    public Func<ImmutableDictionary<string, string>> Variables { get; init; } = ReadVariables;

    /// <summary>Standard output as bytes, for what is long.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>The working folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How this program is started: its path, and arguments before a verb.</summary>
    public IReadOnlyList<string> Program { get; init; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
        : [Environment.ProcessPath!];

    /// <summary>Whether a port of the loopback address can be listened on.</summary>
    public Func<int, bool> IsFree { get; init; } = InstallationCheck.IsFree;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Finds or starts the control plane.</summary>
    public Func<Background, bool, Action<string>, CancellationToken, Task<IControlPlane>>? Connect { get; init; }

    /// <summary>The control plane at an address, with the token of an account; without one it can only be logged in to.</summary>
    public Func<string, string?, IControlPlane> Open { get; init; } = (url, token) => new ControlPlaneClient(url, token);

    /// <summary>Asks a person for something that must not show.</summary>
    public Func<string, CancellationToken, Task<string>> AskSecret { get; init; } = SecretPrompt.ReadAsync;

    /// <summary>Shows an address to a person in a browser; false where there is none on this machine.</summary>
    public Func<Uri, bool> OpenBrowser { get; init; } = address => Desktop.Open(address, Environment.GetEnvironmentVariable);

    /// <summary>Makes the control plane that <c>serve</c> puts behind the API.</summary>
    public Func<ControlPlaneOptions, CancellationToken, Task<IServedControlPlane>> CreateControlPlane { get; init; } = ControlPlaneFactory.CreateAsync;

    /// <summary>Resolves a commit of the repository around a folder.</summary>
    public Func<string, string, CancellationToken, Task<LocalCommit>> ResolveCommit { get; init; } = LocalCommit.ResolveAsync;

    /// <summary>Runs a pipeline without a control plane.</summary>
    public Func<LocalRun, Action<Fact>, CancellationToken, Task<LocalRunResult>> RunPipeline { get; init; } = LocalPipeline.RunAsync;

    /// <summary>Reads the working tree of a folder and says what is wrong with it.</summary>
    public Func<string, CancellationToken, Task<TreeReading>> Check { get; init; } = WorkingTree.CheckAsync;

    /// <summary>What this machine has and lacks.</summary>
    public IHostDoctor Doctor { get; init; } = new Machine();

    /// <summary>Gets a cluster for the demo.</summary>
    public IClusterProvider Cluster { get; init; } = new LocalCluster(TimeProvider.System);

    /// <summary>Makes requests for the demo.</summary>
    public Func<IDemoLoad> Load { get; init; } = () => new ShopLoad(TimeProvider.System);

    /// <summary>The machine as it is.</summary>
    public static Surroundings System() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        IsLive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
        IsDrawn = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is (null or "") && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
        IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Variable = Environment.GetEnvironmentVariable,
        Folder = Environment.CurrentDirectory,
    };

    private static ImmutableDictionary<string, string> ReadVariables()
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables.ToImmutable();
    }
}
