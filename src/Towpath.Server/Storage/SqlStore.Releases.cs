using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Towpath.Core.Journal;
using Towpath.Core.Releases;

namespace Towpath.Server.Storage;

// Releases and confirmations of them.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public void SaveRelease(Release release, string run, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        connection.Execute(
            """
            INSERT INTO releases (application, id, sha, run, content) VALUES (@application, @id, @sha, @run, @content)
            ON CONFLICT (application, id) DO NOTHING
            """,
            new
            {
                application = release.Application.Name,
                id = release.Id,
                sha = release.Commit,
                run,
                content = JsonSerializer.Serialize(release, ReleaseJson.Default.Release),
            });
        Add(connection, facts);
    });

    /// <inheritdoc/>
    public Release? Release(string application, string id) =>
        ReadRelease("SELECT content FROM releases WHERE application = @application AND id = @id", new { application, id });

    /// <inheritdoc/>
    public Release? ReleaseOfCommit(string application, string commit) => ReadRelease(
        "SELECT content FROM releases WHERE application = @application AND sha = @commit ORDER BY number DESC LIMIT 1", new { application, commit });

    /// <inheritdoc/>
    public string? RunOfRelease(string application, string release) => Read(connection => connection.ExecuteScalar<string?>(
        "SELECT run FROM releases WHERE application = @application AND id = @release", new { application, release }));

    /// <inheritdoc/>
    public IReadOnlyList<Release> Releases(string application, int count) => Read(connection => connection
        .Query<string>("SELECT content FROM releases WHERE application = @application ORDER BY number DESC LIMIT @count", new { application, count })
        .Select(Parse).ToList());

    /// <inheritdoc/>
    public void RemoveRelease(string application, string id) => Write(connection => connection.Execute(
        """
        DELETE FROM releases WHERE application = @application AND id = @id
            AND NOT EXISTS (SELECT 1 FROM current WHERE application = @application AND (release = @id OR previous = @id))
            AND NOT EXISTS (SELECT 1 FROM deployments WHERE application = @application AND ended = 0 AND (release = @id OR previous = @id));
        DELETE FROM provenance WHERE application = @application AND release = @id
            AND NOT EXISTS (SELECT 1 FROM releases WHERE application = @application AND id = @id);
        DELETE FROM deliveries WHERE application = @application AND release = @id
            AND NOT EXISTS (SELECT 1 FROM releases WHERE application = @application AND id = @id);
        DELETE FROM final_deliveries WHERE application = @application AND release = @id
            AND NOT EXISTS (SELECT 1 FROM releases WHERE application = @application AND id = @id)
        """,
        new { application, id }));

    private Release? ReadRelease(string sql, object arguments) => Read(connection => connection
        .ExecuteScalar<string?>(sql, arguments) is { } content ? Parse(content) : null);

    private static Release Parse(string content) => JsonSerializer.Deserialize(content, ReleaseJson.Default.Release)!;
}
