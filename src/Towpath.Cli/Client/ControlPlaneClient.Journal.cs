using System.Runtime.CompilerServices;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// The journal: page by page as far as it goes, then as server-sent events.
internal sealed partial class ControlPlaneClient
{
    // The other side says something every 15 s.
    private static readonly TimeSpan SilencePatience = TimeSpan.FromSeconds(50);

    /// <inheritdoc/>
    public IAsyncEnumerable<Fact> JournalAsync(string? application, long after, bool follow, CancellationToken cancellationToken)
    {
        var query = $"?after={after}" + (application is null ? "" : $"&application={Escape(application)}");
        return follow ? EventsAsync("/api/v1/events" + query, cancellationToken) : FactsAsync("/api/v1/journal" + query, cancellationToken);
    }

    private async IAsyncEnumerable<Fact> FactsAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await GetAsync<Page<Fact>>($"{path}&limit={PageRequest.Most}" + (cursor is null ? "" : $"&cursor={Escape(cursor)}"), cancellationToken);
            foreach (var fact in page.Items) yield return fact;
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>
    /// Server-sent events, of which this API sends one line of data each. A stream that ends in the middle of an event has not given it: its reader asks again after the last whole one.
    /// </summary>
    private async IAsyncEnumerable<Fact> EventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, Timeout.InfiniteTimeSpan, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        string? name = null, data = null;
        while (await NextLineAsync(reader, SilencePatience, cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line["data: ".Length..];
            else if (line.Length == 0)
            {
                if (data is not null && name == "problem") throw Problem(Parse<ProblemAnswer>(data));
                if (data is not null && name == "fact") yield return Parse<Fact>(data);
                name = data = null;
            }
        }
    }
}
