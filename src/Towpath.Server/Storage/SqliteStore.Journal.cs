using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// The journal of facts.
public sealed partial class SqliteStore
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Bell _written = new();

    /// <inheritdoc/>
    public void Append(params ImmutableArray<Fact> facts) => Write(connection => Add(connection, facts));

    /// <inheritdoc/>
    public IReadOnlyList<Fact> Facts(string? application, long after, int limit) => Read(connection => connection
        .Query<FactRow>(
            """
            SELECT sequence AS Sequence, content AS Content FROM facts
            WHERE sequence > @after AND (@application IS NULL OR application = @application)
            ORDER BY sequence LIMIT @limit
            """,
            new { application, after, limit })
        .Select(row => JsonSerializer.Deserialize(row.Content, JournalJson.Default.Fact)! with { Sequence = row.Sequence })
        .ToList());

    /// <inheritdoc/>
    public long LastSequence() => Read(connection => connection.ExecuteScalar<long>("SELECT value FROM counters WHERE name = 'fact'"));

    /// <inheritdoc/>
    public async Task WaitForFactsAsync(long after, CancellationToken cancellationToken)
    {
        // It listens before it looks: a fact that comes between the two still wakes it.
        using var wait = _written.Listen();
        if (LastSequence() > after) return;
        await wait.AsLongAs(LookInterval, _time, cancellationToken);
    }

    private void Wake() => _written.Ring();

    /// <summary>Adds facts within the caller's transaction. The counter moves with it, so an undone one leaves no gap.</summary>
    private static void Add(SqliteConnection connection, ImmutableArray<Fact> facts)
    {
        if (facts.IsDefaultOrEmpty)
            return;

        var sequence = Next(connection, "fact", facts.Length) - facts.Length;
        connection.Execute(
            """
            INSERT INTO facts (sequence, application, kind, at, run, deployment, environment, content)
            VALUES (@Sequence, @Application, @Kind, @At, @Run, @Deployment, @Environment, @Content)
            """,
            facts.Select(fact => new
            {
                Sequence = ++sequence,
                fact.Application,
                fact.Kind,
                At = Text(fact.At),
                fact.Run,
                fact.Deployment,
                fact.Environment,
                Content = JsonSerializer.Serialize(fact with { Sequence = 0 }, JournalJson.Default.Fact),
            }).ToList());
    }

    private sealed record FactRow(long Sequence, string Content);
}
