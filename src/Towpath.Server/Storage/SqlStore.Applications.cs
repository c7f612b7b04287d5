using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Releases;

namespace Towpath.Server.Storage;

// Applications, and the small values of their environments.
public abstract partial class SqlStore
{
    private const string SelectApplication =
        "SELECT name AS Name, repository AS Repository, folder AS Folder, ladder AS Ladder FROM applications";

    /// <inheritdoc/>
    public void SaveApplication(string application, string repository, string folder, Ladder ladder) => Write(connection => connection.Execute(
        """
        INSERT INTO applications (name, repository, folder, ladder) VALUES (@application, @repository, @folder, @ladder)
        ON CONFLICT (name) DO UPDATE SET repository = excluded.repository, folder = excluded.folder, ladder = excluded.ladder
        """,
        new { application, repository, folder, ladder = JsonSerializer.Serialize(ladder, ReleaseJson.Default.Ladder) }));

    /// <inheritdoc/>
    public ApplicationRecord? Application(string application) => Read(connection => connection
        .QuerySingleOrDefault<ApplicationRow>(SelectApplication + " WHERE name = @application", new { application })?.ToRecord());

    /// <inheritdoc/>
    public IReadOnlyList<ApplicationRecord> Applications() => Read(connection => connection
        .Query<ApplicationRow>(SelectApplication + " ORDER BY name").Select(row => row.ToRecord()).ToList());

    /// <inheritdoc/>
    public void RemoveApplication(string application) => Write(connection => connection.Execute(
        """
        DELETE FROM evidence WHERE run IN (SELECT 'p-' || number FROM runs WHERE application = @application);
        DELETE FROM runs WHERE application = @application;
        DELETE FROM commands WHERE deployment IN (SELECT 'd-' || number FROM deployments WHERE application = @application);
        DELETE FROM halts WHERE application = @application;
        DELETE FROM upkeep WHERE application = @application;
        DELETE FROM rejections WHERE application = @application;
        DELETE FROM signatures WHERE application = @application;
        DELETE FROM deploy_requests WHERE application = @application;
        DELETE FROM emergencies WHERE application = @application;
        DELETE FROM deliveries WHERE application = @application;
        DELETE FROM final_deliveries WHERE application = @application;
        DELETE FROM escalations WHERE application = @application;
        DELETE FROM review_standings WHERE application = @application;
        DELETE FROM reviews WHERE application = @application;
        DELETE FROM releases WHERE application = @application;
        DELETE FROM provenance WHERE application = @application;
        DELETE FROM leases WHERE application = @application;
        DELETE FROM deployments WHERE application = @application;
        DELETE FROM current WHERE application = @application;
        DELETE FROM confirmations WHERE application = @application;
        DELETE FROM ci_evidence WHERE application = @application;
        DELETE FROM evidence_keys WHERE application = @application;
        DELETE FROM host_ports WHERE application = @application;
        DELETE FROM settings WHERE application = @application;
        DELETE FROM applications WHERE name = @application;
        """,
        new { application }));

    /// <inheritdoc/>
    public string? Value(string application, string environment, string key) => Read(connection => Get(connection, application, environment, key));

    /// <inheritdoc/>
    public void SetValue(string application, string environment, string key, string value) =>
        Write(connection => Set(connection, application, environment, key, value));

    /// <inheritdoc/>
    public void ChangeValues(string application, ImmutableArray<ValueChange> changes, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        Change(connection, application, changes);
        Add(connection, facts);
    });

    /// <inheritdoc/>
    public void RemoveValues(string application, string environment, string prefix) => Write(connection => connection.Execute(
        "DELETE FROM settings WHERE application = @application AND environment = @environment AND substr(key, 1, length(@prefix)) = @prefix",
        new { application, environment, prefix }));

    private static void Change(DbConnection connection, string application, ImmutableArray<ValueChange> changes)
    {
        foreach (var change in changes)
        {
            if (Get(connection, application, change.Environment, change.Key) != change.Before) throw new StaleValueException(application, change);
            Set(connection, application, change.Environment, change.Key, change.After);
        }
    }

    private static string? Get(DbConnection connection, string application, string environment, string key) => connection.ExecuteScalar<string?>(
        "SELECT value FROM settings WHERE application = @application AND environment = @environment AND key = @key",
        new { application, environment, key });

    private static void Set(DbConnection connection, string application, string environment, string key, string value) => connection.Execute(
        """
        INSERT INTO settings (application, environment, key, value) VALUES (@application, @environment, @key, @value)
        ON CONFLICT (application, environment, key) DO UPDATE SET value = excluded.value
        """,
        new { application, environment, key, value });

    private sealed record ApplicationRow(string Name, string Repository, string Folder, string Ladder)
    {
        public ApplicationRecord ToRecord() => new(Name, Repository, Folder, JsonSerializer.Deserialize(Ladder, ReleaseJson.Default.Ladder)!);
    }
}
