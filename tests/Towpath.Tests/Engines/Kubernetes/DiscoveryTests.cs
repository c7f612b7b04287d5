using System.Net;
using System.Text;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Tests.Engines.Kubernetes;

public sealed class DiscoveryTests
{
    private readonly Dictionary<string, (int Code, string Body)> _served = new()
    {
        ["/apis"] = (200, """{"groups":[{"versions":[{"groupVersion":"apps/v1"}]},{"versions":[{"groupVersion":"gone.example/v1"}]}]}"""),
        ["/api/v1"] = (200, """{"groupVersion":"v1","resources":[{"name":"pods","kind":"Pod","namespaced":true}]}"""),
        ["/apis/apps/v1"] = (200, """{"groupVersion":"apps/v1","resources":[{"name":"deployments","kind":"Deployment","namespaced":true}]}"""),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A group that is too busy to say what it serves is not one that serves nothing: a Deployment would look as if it were gone.</summary>
    [Fact]
    public async Task FindKind_GroupThatDoesNotAnswer_IsAFailureUntilItDoes()
    {
        var deployments = _served["/apis/apps/v1"];
        _served["/apis/apps/v1"] = (429, "");
        var time = new MovedTime();
        using var client = Client(time);

        foreach (var ask in new Func<Task>[] { () => client.FindKindAsync("apps/v1", "Deployment", Token), () => client.KindAsync("apps/v1", "Deployment", Token), () => client.KindsAsync(["apps"], Token) })
        {
            (await Should.ThrowAsync<KubernetesException>(ask)).ShouldSatisfyAllConditions(e => e.Failure.ShouldBe(ApiFailure.Busy), e => e.Diagnostic.Code.ShouldBe("TP6309"));
        }

        (await client.FindKindAsync("v1", "Pod", Token)).ShouldNotBeNull("its group has answered");
        (await client.KindsAsync([], Token)).Silent.ShouldBe(["apps/v1"]);
        _served["/apis/apps/v1"] = deployments;
        time.By = TimeSpan.FromSeconds(2);
        (await client.FindKindAsync("apps/v1", "Deployment", Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task FindKind_WhatNobodyServes_IsNull()
    {
        using var client = Client(TimeProvider.System);
        (await client.FindKindAsync("gone.example/v1", "Thing", Token)).ShouldBeNull("the group went between the two questions");
        (await client.FindKindAsync("apps/v1", "Nonesuch", Token)).ShouldBeNull();
        (await Should.ThrowAsync<KubernetesException>(() => client.KindAsync("apps/v1", "Nonesuch", Token))).Failure.ShouldBe(ApiFailure.NotFound);
    }

    /// <summary>A server that starts names only some of its groups: "does not serve Job" would end a deployment for good.</summary>
    [Fact]
    public async Task FindKind_ServerThatHasNotStartedWhole_IsAFailureForGroupsThatItDoesNotName()
    {
        var whole = _served["/apis"];
        (_served["/readyz"], _served["/apis"]) = ((500, "[-]poststarthook/apiservice-registration-controller failed"), (200, """{"groups":[]}"""));
        var time = new MovedTime();
        using var client = Client(time);

        foreach (var ask in new Func<Task>[] { () => client.FindKindAsync("apps/v1", "Deployment", Token), () => client.KindAsync("apps/v1", "Deployment", Token) })
        {
            (await Should.ThrowAsync<KubernetesException>(ask)).Failure.ShouldBe(ApiFailure.Busy);
        }

        (await client.FindKindAsync("v1", "Pod", Token)).ShouldNotBeNull("what it names is there");
        (_served["/readyz"], _served["/apis"]) = ((200, "ok"), whole);
        time.By = TimeSpan.FromSeconds(2);
        (await client.FindKindAsync("apps/v1", "Deployment", Token)).ShouldNotBeNull();
        (await client.FindKindAsync("batch/v1", "Job", Token)).ShouldBeNull("it is ready and does not name it");
    }

    private KubernetesClient Client(TimeProvider time) =>
        new(new ApiTransport(new ClusterAccess("test", new Uri("https://cluster.example"), "shop"), time, () => 0, _ => new Server(_served)), "shop", time, () => 0);

    /// <summary>The system's clock, but somewhat ahead.</summary>
    private sealed class MovedTime : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (System.GetUtcNow() + By).Ticks;
    }

    private sealed class Server(Dictionary<string, (int Code, string Body)> served) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (code, body) = served.GetValueOrDefault(request.RequestUri!.AbsolutePath, (404, ""));
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)code) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
