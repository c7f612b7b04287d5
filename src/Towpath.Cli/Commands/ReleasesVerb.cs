using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath releases</c>.</summary>
internal sealed class ReleasesVerb() : Verb("releases", "Lists the releases of an application, newest first.", "releases", "releases --app shop --output json")
{
    private const int Listed = 100;

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var releases = (await plane.ReleasesAsync(application, new PageRequest(Limit: Listed), cancellationToken)).Items;
        invocation.Terminal.Result(releases, writer =>
        {
            var now = invocation.Surroundings.Time.GetUtcNow();
            var table = new TextTable("RELEASE", "COMMIT", "MADE", "RUNS IN", "SUBJECT");
            foreach (var release in releases)
            {
                var environments = release.Environments.Count == 0 ? "-" : string.Join(",", release.Environments);
                table.Add(release.Id, Plain.Commit(release.Commit), Plain.Ago(release.CreatedAt, now), environments, release.Subject);
            }

            table.Write(writer);
        });
        return ExitCode.Success;
    }
}
