using System.Collections.Concurrent;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;
using Towpath.Engines.Git;
using Towpath.Server.Git;

namespace Towpath.Tests.Fakes;

/// <summary>Answers each request of git with nothing, and remembers it.</summary>
internal sealed class FakeGitHost(ConcurrentQueue<object> asked) : IGitHost
{
    public long MostBytes => 1024 * 1024;

    public Task ServeAsync(GitRequest request, CancellationToken cancellationToken) => AnswerAsync(request);

    public Task ReceiveAsync(GitRequest request, ShipPushed ship, CancellationToken cancellationToken) => AnswerAsync(request);

    private Task AnswerAsync(GitRequest request)
    {
        asked.Enqueue($"{request.Service}{(request.Advertises ? "?" : "")} {request.Application} {request.Account}");
        request.Reply(new GitHead(200, "text/plain"));
        return Task.CompletedTask;
    }
}

/// <summary>Takes no call.</summary>
internal sealed class FakeHooks : IHooks
{
    public void Call(string source, Func<string, string> header, ReadOnlySpan<byte> body) => throw new DiagnosticException(ExitCode.NotSignedIn, SourceDiagnostics.HookRefused());
}
