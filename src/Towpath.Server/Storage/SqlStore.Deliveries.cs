using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Towpath.Core.Handover;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Deliveries of releases. An empty environment stands for all.
public abstract partial class SqlStore
{
    private const string SelectDelivery = "SELECT release AS Release, run AS Run, actor AS Actor, at AS At, validation AS Validation FROM deliveries";

    /// <inheritdoc/>
    public void SaveDelivery(DeliveryRecord delivery, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        connection.Execute(
            """
            INSERT INTO deliveries (application, release, run, actor, at, validation) VALUES (@Application, @Release, @Run, @Actor, @At, @Validation)
            ON CONFLICT (application, release) DO UPDATE SET run = excluded.run, validation = excluded.validation
            """,
            new
            {
                delivery.Application,
                delivery.Release,
                delivery.Run,
                delivery.Actor,
                At = Text(delivery.At),
                Validation = JsonSerializer.Serialize(delivery.Validation.Services, StorageJson.Default.ImmutableArrayServiceValidation),
            });
        Add(connection, facts);
    });

    /// <inheritdoc/>
    public DeliveryRecord? Delivery(string application, string release) => Read(connection => connection
        .QuerySingleOrDefault<DeliveryRow>(SelectDelivery + " WHERE application = @application AND release = @release", new { application, release })?.ToRecord(application));

    /// <inheritdoc/>
    public IReadOnlyList<DeliveryRecord> Deliveries(string application, int count) => Read(connection => connection
        .Query<DeliveryRow>(SelectDelivery + " WHERE application = @application ORDER BY at DESC, release LIMIT @count", new { application, count })
        .Select(row => row.ToRecord(application)).ToList());

    /// <inheritdoc/>
    public bool AddFinalDelivery(FinalDeliveryRecord delivery, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            """
            INSERT INTO final_deliveries (application, release, environment, actor, at) VALUES (@Application, @Release, @Environment, @Actor, @At)
            ON CONFLICT (application, release, environment) DO NOTHING
            """,
            new { delivery.Application, delivery.Release, Environment = delivery.Environment ?? "", delivery.Actor, At = Text(delivery.At) });
        if (added > 0) Add(connection, facts);
        return added > 0;
    });

    /// <inheritdoc/>
    public IReadOnlyList<FinalDeliveryRecord> FinalDeliveries(string application, string release) => Read(connection => connection
        .Query<FinalDeliveryRow>(
            "SELECT environment AS Environment, actor AS Actor, at AS At FROM final_deliveries WHERE application = @application AND release = @release ORDER BY at, environment",
            new { application, release })
        .Select(row => new FinalDeliveryRecord(application, release, row.Environment.Length == 0 ? null : row.Environment, row.Actor, Time(row.At))).ToList());

    private sealed record FinalDeliveryRow(string Environment, string Actor, string At);

    private sealed record DeliveryRow(string Release, string Run, string Actor, string At, string Validation)
    {
        public DeliveryRecord ToRecord(string application) => new(
            application, Release, Run, Actor, Time(At), new DeliveryValidation(JsonSerializer.Deserialize(Validation, StorageJson.Default.ImmutableArrayServiceValidation)));
    }
}
