using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath sources</c>.</summary>
internal sealed class SourcesVerb() : Verb("sources", "Lists the repositories that are watched, what was found last, and what is wrong with them.", "sources")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var sources = await plane.SourcesAsync(cancellationToken);
        var now = invocation.Surroundings.Time.GetUtcNow();
        var table = new TextTable("SOURCE", "APPLICATION", "BRANCH", "EVERY", "CALLS", "LOOKED", "COMMIT", "STATE", "URL");
        foreach (var source in sources)
        {
            table.Add(
                source.Name, source.Application, source.Branch, Plain.Duration(source.Every), source.Hook ?? "-", Plain.Ago(source.LookedAt, now), Plain.Commit(source.Commit), State(source), Plain.Clean(source.Url));
        }

        invocation.Terminal.Result(sources, table.Write);
        foreach (var source in sources.Where(s => s.Failure is not null)) invocation.Terminal.Say(Failure(source, now)!);
        return ExitCode.Success;
    }

    /// <summary>What is wrong with a source, in a line; null for nothing.</summary>
    public static string? Failure(SourceAnswer source, DateTimeOffset now) => source.Failure is not { } failure
        ? null
        : $"the source {source.Name} fails, first {Plain.Ago(source.FailedAt, now)}: {failure.Code}: {Plain.Clean(failure.Headline)}";

    private static string State(SourceAnswer source) => source switch
    {
        { Failures: > 0 } => $"failed {source.Failures}x",
        { Failure: not null } => "not shipped",
        { IsElsewhere: true } => "elsewhere",
        { LookedAt: null } => "not yet",
        _ => "ok",
    };
}
