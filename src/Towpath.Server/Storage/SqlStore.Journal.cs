using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// The journal of facts.
public abstract partial class SqlStore
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Bell _written = new();
    private readonly Lock _looking = new();
    private long _writes;
    private (long Writes, long At, long Last) _look = (-1, 0, 0);

    /// <inheritdoc/>
    public void Append(params ImmutableArray<Fact> facts) => Write(connection => Add(connection, facts));

    /// <inheritdoc/>
    public IReadOnlyList<Fact> Facts(string? application, long after, int limit) => Read(connection => connection
        .Query<FactRow>(
            // Two questions, each with its index: a condition that may be left out leaves the engine to read all that others did since.
            $"""
            SELECT sequence AS Sequence, content AS Content FROM facts
            WHERE {(application is null ? "" : "application = @application AND ")}sequence > @after
            ORDER BY sequence LIMIT @limit
            """,
            new { application, after, limit })
        .Select(row => JsonSerializer.Deserialize(row.Content, JournalJson.Default.Fact)! with { Sequence = row.Sequence })
        .ToList());

    /// <inheritdoc/>
    public IReadOnlyList<SealedFact> Sealed(long after, int limit) => Read(connection => connection
        .Query<SealedRow>(
            """
            SELECT sequence AS Sequence, content AS Content, seal AS Seal, application AS Application, kind AS Kind, at AS At,
                run AS Run, deployment AS Deployment, environment AS Environment
            FROM facts WHERE sequence > @after ORDER BY sequence LIMIT @limit
            """,
            new { after, limit })
        .Select(row => new SealedFact(
            row.Sequence, row.Content,
            new FactKeys(row.Application, row.Kind, DateTimeOffset.TryParse(row.At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default, row.Run, row.Deployment, row.Environment),
            row.Seal))
        .ToList());

    /// <inheritdoc/>
    public long LastSequence() => Read(connection => connection.ExecuteScalar<long>("SELECT value FROM counters WHERE name = 'fact'"));

    /// <inheritdoc/>
    public async Task WaitForFactsAsync(long after, CancellationToken cancellationToken)
    {
        // It listens before it looks: a fact that comes between the two still wakes it.
        using var wait = _written.Listen();
        if (LastSeen() > after) return;
        await wait.AsLongAs(LookInterval, _time, cancellationToken);
    }

    private void Wake()
    {
        Interlocked.Increment(ref _writes);
        _written.Ring();
    }

    /// <summary>
    /// The last sequence, as hundreds of waiting readers share one look at it: as new as the last write of this process, and in what others write behind by half the time that is
    /// waited for them at most.
    /// </summary>
    private long LastSeen()
    {
        lock (_looking)
        {
            var writes = Interlocked.Read(ref _writes);
            if (_look.Writes != writes || _time.GetElapsedTime(_look.At) > LookInterval / 2) _look = (writes, _time.GetTimestamp(), LastSequence());
            return _look.Last;
        }
    }

    /// <summary>Adds facts within the caller's transaction. The counter moves with it, so an undone one leaves no gap.</summary>
    private static void Add(DbConnection connection, ImmutableArray<Fact> facts)
    {
        if (facts.IsDefaultOrEmpty)
            return;

        var sequence = Next(connection, "fact", facts.Length) - facts.Length;
        var seal = connection.ExecuteScalar<string?>("SELECT seal FROM facts ORDER BY sequence DESC LIMIT 1") ?? SealedFact.NoSeal;
        connection.Execute(
            """
            INSERT INTO facts (sequence, application, kind, at, run, deployment, environment, content, seal)
            VALUES (@Sequence, @Application, @Kind, @At, @Run, @Deployment, @Environment, @Content, @Seal)
            """,
            facts.Select(fact =>
            {
                var content = JsonSerializer.Serialize(fact with { Sequence = 0 }, JournalJson.Default.Fact);
                seal = SealedFact.SealOf(seal, ++sequence, content);
                return new { Sequence = sequence, fact.Application, fact.Kind, At = Text(fact.At), fact.Run, fact.Deployment, fact.Environment, Content = content, Seal = seal };
            }).ToList());
    }

    private sealed record FactRow(long Sequence, string Content);

    private sealed record SealedRow(
        long Sequence, string Content, string Seal, string Application, string Kind, string At, string? Run, string? Deployment, string? Environment);
}
