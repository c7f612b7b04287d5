using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Clusters.World;

/// <summary>
/// The way of one process to the API server, in the place of what sends HTTP. Calls take time, get lost and come late; what had been sent when its process died is done or not, and
/// nobody hears of it. An answer is given by the clock and never by a task of the process: the client's own parts then go on at once, on the one thread that there is.
/// </summary>
internal sealed class ClusterConnection(ClusterWorld world, SimulatedProcess process, Func<ApiQuestion, ApiAnswer?>? misled, Func<ApiQuestion, ApiQuestion>? altered) : HttpMessageHandler
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!process.IsAlive) world.Checks.Violate($"{process.Name} asked for {request.RequestUri} after its death");
        var question = Read(request);
        if (altered is not null) question = altered(question);
        var call = new Call(world, process, question, cancellationToken);
        call.Begin(misled);
        return call.Answer;
    }

    private static ApiQuestion Read(HttpRequestMessage request)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in request.RequestUri!.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            query[pair[0]] = Uri.UnescapeDataString(pair[1]);
        }

        JsonObject? body = null;
        if (request.Content is { } content)
        {
            using var stream = content.ReadAsStream();
            body = JsonNode.Parse(stream) as JsonObject;
        }

        return new ApiQuestion(request.Method.Method, request.RequestUri.AbsolutePath, query, body);
    }

    /// <summary>One call under way.</summary>
    private sealed class Call(ClusterWorld world, SimulatedProcess process, ApiQuestion question, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _answer = new();
        private CancellationTokenRegistration _cancelled;

        public Task<HttpResponseMessage> Answer => _answer.Task;

        public void Begin(Func<ApiQuestion, ApiAnswer?>? misled)
        {
            _cancelled = cancellationToken.UnsafeRegister(static state => ((Call)state!).Abandon(), this);
            if (world.Clock.Elapsed < world.AwayUntil)
            {
                After(0.001, 0.05, () => Fail(HttpRequestError.ConnectionError, "connection refused"));
                return;
            }

            if (world.Happens(ClusterFault.CallLost))
            {
                After(0.01, 2, () => Fail(HttpRequestError.ResponseEnded, "connection reset"));
                return;
            }

            var way = world.Happens(ClusterFault.SlowCall) ? world.Between(0.5, 45) : world.Between(0.001, 0.015);
            // On its way it is a part of the world: it arrives, or not, whatever becomes of who sent it.
            world.Clock.After(way, () => Arrive(misled));
        }

        private void Arrive(Func<ApiQuestion, ApiAnswer?>? misled)
        {
            var isAlone = !process.IsAlive || cancellationToken.IsCancellationRequested;
            if (world.Clock.Elapsed < world.AwayUntil)
            {
                After(0, 0.05, () => Fail(HttpRequestError.ResponseEnded, "connection reset"));
                return;
            }

            if (isAlone && world.Random.Next(2) == 0) return;
            world.Calls++;
            var answer = misled?.Invoke(question) ?? Refused() ?? world.Server.Answer(question);
            if (question.IsWrite) world.Trace?.Invoke($"{process.Name}: {question.Method} {question.Path} {answer.Code}{(answer.Code >= 400 ? " " + answer.Text : "")}");
            if (isAlone) return;
            if (answer.Watch is null && world.Happens(ClusterFault.ReplyLost)) After(0.05, 5, () => Fail(HttpRequestError.ResponseEnded, "connection reset"));
            else After(0.001, 0.015, () => Give(answer));
        }

        private ApiAnswer? Refused()
        {
            if (world.Clock.Elapsed < world.NobodyKnownUntil) return ApiAnswer.Refusal(401, "Unauthorized", "Unauthorized");
            if (world.Happens(ClusterFault.Refused)) return ApiAnswer.Refusal(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later");
            if (world.Happens(ClusterFault.Failed)) return world.Random.Next(2) == 0 ? ApiAnswer.Refusal(500, "InternalError", "etcdserver: request timed out") : ApiAnswer.Refusal(503, "ServiceUnavailable", "the server is currently unable to handle the request");
            return question.IsWrite && world.Happens(ClusterFault.Conflict)
                ? ApiAnswer.Refusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version and try again") : null;
        }

        private void Give(ApiAnswer answer)
        {
            HttpContent content = answer.Watch is { } watch && !cancellationToken.IsCancellationRequested
                ? new OpenContent(new WatchStream(world, process, watch, question.Query.ContainsKey("labelSelector")))
                : new ByteArrayContent(Encoding.UTF8.GetBytes(answer.Text));
            End(() => _answer.TrySetResult(new HttpResponseMessage((HttpStatusCode)answer.Code) { Content = content }));
        }

        private void Fail(HttpRequestError error, string why) => End(() => _answer.TrySetException(new HttpRequestException(error, why)));

        private void End(Action answer)
        {
            _cancelled.Dispose();
            answer();
        }

        private void Abandon() => world.Clock.Post(process, () => _answer.TrySetCanceled(cancellationToken));

        private void After(double least_s, double most_s, Action act) => world.Clock.After(process, world.Between(least_s, most_s), act);
    }

    private sealed class OpenContent(Stream stream) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
