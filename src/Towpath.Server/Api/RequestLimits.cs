using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Towpath.Server.Api;

/// <summary>
/// How many requests are answered: all at one time, and of one token over a time. It stands behind the doorkeeper, so that nobody can use up another's allowance; before it, connections are what is bounded.
/// </summary>
internal static class RequestLimits
{
    private const int Waiting = 32;

    /// <summary>Sets them.</summary>
    public static void Set(RateLimiterOptions limiter, HostOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(OfCaller(options), AtOneTime(options));
        limiter.OnRejected = (rejected, _) =>
        {
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after))
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>Logins have a throttle of their own, by account: with one allowance for all of them, whoever guesses would keep everybody out.</summary>
    private static PartitionedRateLimiter<HttpContext> OfCaller(HostOptions options) => PartitionedRateLimiter.Create<HttpContext, string>(context =>
    {
        var key = context.RequestServices.GetRequiredService<Caller>().Key;
        if (key == Caller.Nobody) return RateLimitPartition.GetNoLimiter(key);
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.RequestBurst,
            TokensPerPeriod = options.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    });

    /// <summary>Streams have their own bound, <see cref="StreamPlaces"/>: they last.</summary>
    private static PartitionedRateLimiter<HttpContext> AtOneTime(HostOptions options) => PartitionedRateLimiter.Create<HttpContext, bool>(context =>
        context.IsStream()
            ? RateLimitPartition.GetNoLimiter(true)
            : RateLimitPartition.GetConcurrencyLimiter(false, _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxConcurrentRequests, QueueLimit = Waiting }));
}
