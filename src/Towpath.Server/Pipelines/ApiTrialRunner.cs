using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.OpenApi;
using Towpath.Core.OpenApi.Trials;

namespace Towpath.Server.Pipelines;

/// <summary>What came of trying an API.</summary>
/// <param name="Tried">Operations that were.</param>
/// <param name="Failures">What was answered otherwise than described, with the place of its operation; the first twenty.</param>
internal sealed record ApiTrialReport(int Tried, ImmutableArray<(string Text, Location Location)> Failures);

/// <summary>Makes the requests of an API's trial. Follows no redirect, keeps no cookie, uses no proxy: the answer itself is what is tried.</summary>
internal static class ApiTrialRunner
{
    private const int LargestBody = 4 * 1024 * 1024;
    private const int MaxFailures = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // The next trial's container may have this one's address: a connection that was kept would lead nowhere.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        MaxResponseContentBufferSize = LargestBody,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Tries all that can be tried without changing anything.</summary>
    /// <param name="description">What is promised.</param>
    /// <param name="start">What its paths begin with inside of the service.</param>
    /// <param name="origin">Where the service answers.</param>
    /// <param name="log">Gets a line for each operation.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ApiTrialReport> RunAsync(ApiDescription description, string start, Uri origin, StepLog log, CancellationToken cancellationToken)
    {
        var plan = ApiTrial.Plan(description, start);
        var failures = ImmutableArray.CreateBuilder<(string, Location)>();
        foreach (var request in plan.Requests)
        {
            var (differences, found) = await TryAsync(request, origin, cancellationToken);
            log.Write($"{request.Name}: {found}{(differences.IsEmpty ? "" : ", not as described")}");
            foreach (var difference in differences)
            {
                log.Write($"  {difference}");
                if (failures.Count < MaxFailures)
                    failures.Add((difference, request.Operation.Location));
            }
        }

        foreach (var skipped in plan.Skipped)
            log.Write($"not tried: {skipped}");
        return new ApiTrialReport(plan.Requests.Length, failures.ToImmutable());
    }

    private static async Task<(ImmutableArray<string> Differences, string Found)> TryAsync(TrialRequest request, Uri origin, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var clock = Stopwatch.StartNew();
        try
        {
            using var message = new HttpRequestMessage(new HttpMethod(request.Operation.Method), new Uri(origin, request.Target));
            message.Headers.UserAgent.ParseAdd("towpath-trial");
            foreach (var (name, value) in request.Headers)
                message.Headers.TryAddWithoutValidation(name, value);
            using var response = await Http.SendAsync(message, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            var status = (int)response.StatusCode;
            return (
                ApiTrial.Judge(request, status, response.Content.Headers.ContentType?.MediaType, body),
                string.Create(CultureInfo.InvariantCulture, $"{status}, {body.Length} bytes, {clock.Elapsed.TotalMilliseconds:0} ms"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([string.Create(CultureInfo.InvariantCulture, $"{request.Name}: no answer within {Limit.TotalSeconds:0} s")], "no answer");
        }
        catch (HttpRequestException e)
        {
            return ([$"{request.Name}: no answer: {e.Message}"], "no answer");
        }
    }
}
