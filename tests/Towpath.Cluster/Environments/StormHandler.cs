using System.Net;
using System.Text;

namespace Towpath.Cluster.Environments;

/// <summary>A busy API server: of the calls, one in so many is refused, by turns as too many requests and as changed by somebody else meanwhile.</summary>
internal sealed class StormHandler(HttpMessageHandler server, int oneIn) : DelegatingHandler(server)
{
    private int _calls;
    private int _refused;

    public int Refused => _refused;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) % oneIn != 0) return await base.SendAsync(request, cancellationToken);
        var isConflict = Interlocked.Increment(ref _refused) % 2 == 0 && request.Method == HttpMethod.Patch;
        var body = isConflict
            ? """{"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"the object has been modified; please apply your changes to the latest version"}"""
            : """{"kind":"Status","status":"Failure","reason":"TooManyRequests","code":429,"message":"too many requests, please try again later"}""";
        var answer = new HttpResponseMessage(isConflict ? HttpStatusCode.Conflict : HttpStatusCode.TooManyRequests) { Content = new StringContent(body, Encoding.UTF8, "application/json"), RequestMessage = request };
        if (!isConflict) answer.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        return answer;
    }
}
