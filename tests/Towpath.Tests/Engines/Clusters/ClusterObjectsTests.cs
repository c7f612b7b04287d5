using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Clusters;

public sealed class ClusterObjectsTests
{
    private const string Changed = """{"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"the object has been modified; please apply your changes to the latest version"}""";

    private const string Held = """
        {"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"Apply failed","details":{"causes":[
        {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using v1","field":".data.page"}]}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Preparing an environment applies a dozen objects in a row: begun anew with each conflict it never came to its end in a busy cluster.</summary>
    [Fact]
    public async Task Apply_ObjectThatOthersChangeInTheSameMoment_IsAppliedAgain()
    {
        using var refusing = new RefusingHandler(new FakeCluster(), times: 2, Changed);
        using var client = Client(refusing);
        (await new ClusterObjects(client, "shop", "production").ApplyAsync(Page(), DriftPolicy.Report, Token)).Text("metadata", "name").ShouldBe("page");
        refusing.Refused.ShouldBe(2);
    }

    [Fact]
    public async Task Apply_ObjectThatIsNeverLeftAlone_FailsAtLast()
    {
        using var refusing = new RefusingHandler(new FakeCluster(), times: int.MaxValue, Changed);
        using var client = Client(refusing);
        (await Should.ThrowAsync<KubernetesException>(() => new ClusterObjects(client, "shop", "production").ApplyAsync(Page(), DriftPolicy.Report, Token))).Failure.ShouldBe(ApiFailure.Conflict);
        refusing.Refused.ShouldBe(5);
    }

    [Fact]
    public async Task Apply_FieldThatOthersHold_IsToldAtOnce()
    {
        using var refusing = new RefusingHandler(new FakeCluster(), times: int.MaxValue, Held);
        using var client = Client(refusing);
        (await Should.ThrowAsync<DiagnosticException>(() => new ClusterObjects(client, "shop", "production").ApplyAsync(Page(), DriftPolicy.Report, Token))).Diagnostics[0].Code.ShouldBe("TP6442");
        refusing.Refused.ShouldBe(1);
    }

    private static JsonObject Page() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "page", ["namespace"] = "shop", ["labels"] = new JsonObject() },
        ["data"] = new JsonObject { ["page"] = "one" },
    };

    private static KubernetesClient Client(HttpMessageHandler handler) =>
        new(new ApiTransport(new ClusterAccess("test", new Uri("https://cluster.example"), "shop"), TimeProvider.System, () => 0, _ => handler), "shop", TimeProvider.System, () => 0);

    private sealed class RefusingHandler(HttpMessageHandler server, int times, string status) : DelegatingHandler(server)
    {
        public int Refused { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Patch || Refused >= times) return base.SendAsync(request, cancellationToken);
            Refused++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Conflict) { Content = new StringContent(status, Encoding.UTF8, "application/json") });
        }
    }
}
