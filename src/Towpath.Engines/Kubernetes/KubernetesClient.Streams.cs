using System.Globalization;
using System.Net.WebSockets;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Streams;

namespace Towpath.Engines.Kubernetes;

/// <summary>A program to run in a container.</summary>
/// <param name="Arguments">The program and what it gets; no shell.</param>
public sealed record ExecCommand(IReadOnlyList<string> Arguments)
{
    /// <summary>Container; null where the pod has one only.</summary>
    public string? Container { get; init; }

    /// <summary>What it reads; null for nothing.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Bound { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes that are kept of each of its two outputs.</summary>
    public int MaxOutput { get; init; } = 1024 * 1024;
}

/// <summary>Programs in containers, and their ports.</summary>
public sealed partial class KubernetesClient
{
    // The fifth can say that the input has ended; clusters before 1.30 know the fourth.
    private static readonly string[] ExecProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
    private const int MaxInputPiece = 32 * 1024;

    /// <summary>Runs a program in a container of a pod and waits for its end.</summary>
    /// <exception cref="KubernetesException">It did not run, or not in time. A cluster before 1.30 can't tell a program that its input has ended.</exception>
    public async Task<ExecResult> ExecAsync(string space, string pod, ExecCommand command, CancellationToken cancellationToken)
    {
        var query = string.Join('&', command.Arguments.Select(a => "command=" + Escaped(a)).Append("stdout=true&stderr=true"));
        if (command.Container is { } container) query += "&container=" + Escaped(container);
        if (command.Input is not null) query += "&stdin=true";
        var request = Request(HttpMethod.Get, Pods, space, pod, "running a program in", query, "exec");
        using var socket = new ChannelSocket(await _transport.ConnectAsync(request, ExecProtocols, cancellationToken));
        using var limit = new CancellationTokenSource(command.Bound, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var output = new ExecOutput(command.MaxOutput);
        try
        {
            var writing = command.Input is { } input ? WriteAsync(socket, input, either.Token) : Task.CompletedTask;
            var buffer = new byte[32 * 1024];
            while (await socket.ReadAsync(buffer, either.Token) is ( >= 0, var length) and var (channel, _)) output.Add(channel, buffer.AsSpan(0, length));
            await writing;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesException(ApiFailure.TimedOut, KubernetesDiagnostics.TooSlow(request.Subject, command.Bound));
        }
        catch (Exception fault) when (fault is WebSocketException or IOException)
        {
            // A server that ends without a goodbye may have told the result before.
            if (output.Result(out _) is null) throw ApiFailures.From(fault, request.Subject, Server);
        }

        return output.Result(out var refusal) ?? throw ApiFailures.From(refusal with { Code = 400 }, request.Subject, _transport.Context);
    }

    /// <summary>A connection to a port of a pod, through the API server.</summary>
    /// <exception cref="KubernetesException">There is no such pod, or it does not run. A port where nothing listens is told when it is read.</exception>
    public async Task<Stream> ConnectPortAsync(string space, string pod, int port, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, Pods, space, pod, "connecting to a port of", "ports=" + port.ToString(CultureInfo.InvariantCulture), "portforward");
        return new PodPortStream(new ChannelSocket(await _transport.ConnectAsync(request, ["v4.channel.k8s.io"], cancellationToken)), port);
    }

    /// <summary>Listens on this machine and carries each connection to a port of a pod.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="pod">Pod.</param>
    /// <param name="port">Its port.</param>
    /// <param name="localPort">Port on 127.0.0.1; 0 for any that is free.</param>
    public PortForward Forward(string space, string pod, int port, int localPort = 0) => new(token => ConnectPortAsync(space, pod, port, token), localPort);

    private static async Task WriteAsync(ChannelSocket socket, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        for (var at = 0; at < input.Length; at += MaxInputPiece)
        {
            await socket.WriteAsync(0, input[at..Math.Min(at + MaxInputPiece, input.Length)], cancellationToken);
        }

        if (socket.Protocol == ExecProtocols[0]) await socket.WriteAsync(255, new byte[] { 0 }, cancellationToken);
    }
}
