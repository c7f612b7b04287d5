using System.Collections.Immutable;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// What people say about releases: confirmations, signatures, rejections.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public void SaveConfirmation(ConfirmationRecord confirmation, Fact fact) => Write(connection =>
    {
        var changed = connection.Execute(
            """
            INSERT INTO confirmations (application, environment, release, role, actor, at, covers)
            VALUES (@Application, @Environment, @Release, @Role, @Actor, @At, @Covers)
            ON CONFLICT (application, environment, release, role, actor) DO UPDATE SET at = excluded.at, covers = excluded.covers
                WHERE confirmations.covers <> excluded.covers OR confirmations.at <> excluded.at
            """,
            new
            {
                confirmation.Application,
                confirmation.Environment,
                confirmation.Release,
                confirmation.Role,
                confirmation.Actor,
                At = Text(confirmation.At),
                confirmation.Covers,
            });
        if (changed > 0)
            Add(connection, [fact]);
    });

    /// <inheritdoc/>
    public IReadOnlyList<ConfirmationRecord> Confirmations(string application, string environment, string release) => Read(connection => connection
        .Query<ConfirmationRow>(
            """
            SELECT role AS Role, actor AS Actor, at AS At, covers AS Covers FROM confirmations
            WHERE application = @application AND environment = @environment AND release = @release ORDER BY at, role, actor
            """,
            new { application, environment, release })
        .Select(row => new ConfirmationRecord(application, environment, release, row.Role, row.Actor, Time(row.At), row.Covers)).ToList());

    /// <inheritdoc/>
    public void RejectRelease(RejectionRecord rejection, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            """
            INSERT INTO rejections (application, release, actor, reason, at) VALUES (@Application, @Release, @Actor, @Reason, @At)
            ON CONFLICT DO NOTHING
            """,
            new { rejection.Application, rejection.Release, rejection.Actor, Reason = Plain(rejection.Reason), At = Text(rejection.At) });
        if (added > 0)
            Add(connection, facts);
    });

    /// <inheritdoc/>
    public RejectionRecord? Rejection(string application, string release) => Read(connection => connection
        .QuerySingleOrDefault<RejectionRow>(
            "SELECT actor AS Actor, reason AS Reason, at AS At FROM rejections WHERE application = @application AND release = @release",
            new { application, release }) is { } row
        ? new RejectionRecord(application, release, row.Actor, row.Reason, Time(row.At))
        : null);

    /// <inheritdoc/>
    public void SaveSignature(SignatureRecord signature, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            "INSERT INTO signatures (application, text, side, actor, at) VALUES (@Application, @Text, @Side, @Actor, @At) ON CONFLICT DO NOTHING",
            new { signature.Application, signature.Text, signature.Side, signature.Actor, At = Text(signature.At) });
        if (added > 0)
            Add(connection, facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<SignatureRecord> Signatures(string application, string text) => Read(connection => connection
        .Query<SignatureRow>(
            "SELECT side AS Side, actor AS Actor, at AS At FROM signatures WHERE application = @application AND text = @text ORDER BY at, side",
            new { application, text })
        .Select(row => new SignatureRecord(application, text, row.Side, row.Actor, Time(row.At))).ToList());

    private sealed record ConfirmationRow(string Role, string Actor, string At, string Covers);

    private sealed record RejectionRow(string Actor, string Reason, string At);

    private sealed record SignatureRow(string Side, string Actor, string At);
}
