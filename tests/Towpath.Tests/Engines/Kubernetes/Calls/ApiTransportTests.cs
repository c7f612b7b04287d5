using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Configuration;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Kubernetes.Calls;

public sealed class ApiTransportTests : IDisposable
{
    private const string Conflict = """
        {"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"Apply failed","details":{"causes":[
        {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using apps/v1","field":".spec.replicas"}]}}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly List<HttpRequestMessage> _requests = [];
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Call_ServerErrorThenAnswer_IsMadeAgain()
    {
        Answer(503, "");
        Answer(200, """{"major":"1","minor":"31+","gitVersion":"v1.31.2-eks"}""");
        using var client = Client();

        (await client.VersionAsync(CancellationToken.None)).ShouldBe(new ClusterVersion(1, 31, "v1.31.2-eks"));
        _requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Create_ServerError_IsNotMadeAgain()
    {
        Answer(500, "");
        using var client = Client();

        (await FailureAsync(c => c.CreateAsync(Kind("configmaps"), "shop", Body("a"), "towpath", CancellationToken.None), client)).Failure.ShouldBe(ApiFailure.Busy);
        _requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Create_ServerThatSaysWhenToComeAgain_IsMadeAgain()
    {
        Answer(500, """{"kind":"Status","reason":"ServerTimeout","code":500,"details":{"retryAfterSeconds":0}}""", ("Retry-After", "1"));
        Answer(201, """{"metadata":{"name":"a"}}""");
        using var client = Client();

        await client.CreateAsync(Kind("configmaps"), "shop", Body("a"), "towpath", CancellationToken.None);
        _requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Call_RefusedToken_IsFetchedAnewOnce()
    {
        _folder.Write("token", "first");
        Answer(401, "");
        Answer(200, """{"items":[]}""");
        Answer(401, "");
        Answer(401, "");
        using var client = Client(new ClusterLogin.BearerFile(_folder["token"]));
        var first = client.ListAsync(Kind("pods"), new ObjectFilter("shop"), CancellationToken.None);
        await first;
        _requests.Count.ShouldBe(2);

        (await FailureAsync(c => c.ListAsync(Kind("pods"), new ObjectFilter("shop"), CancellationToken.None), client)).Diagnostic.Code.ShouldBe("TP6303");
        _requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Call_RefusedFixedToken_IsNotMadeAgain()
    {
        Answer(401, "");
        using var client = Client(new ClusterLogin.Bearer(new Secret("s3cret")));

        (await FailureAsync(c => c.VersionAsync(CancellationToken.None), client)).ToString().ShouldNotContain("s3cret");
        _requests.ShouldHaveSingleItem().Headers.Authorization!.ToString().ShouldBe("Bearer s3cret");
    }

    [Fact]
    public async Task Apply_Conflict_NamesFieldsAndManagers()
    {
        Answer(409, Conflict);
        using var client = Client();
        var failure = await FailureAsync(c => c.ApplyAsync(Kind("deployments"), "shop", Body("api"), new ApplyOptions("towpath"), CancellationToken.None), client);

        failure.Failure.ShouldBe(ApiFailure.Conflict);
        failure.Diagnostic.Notes.ShouldBe([".spec.replicas: conflict with \"kubectl\" using apps/v1"]);
        var request = _requests.ShouldHaveSingleItem();
        request.RequestUri!.PathAndQuery.ShouldBe("/base/api/v1/namespaces/shop/deployments/api?fieldManager=towpath&force=false");
        request.Content!.Headers.ContentType!.MediaType.ShouldBe("application/apply-patch+yaml");
    }

    [Fact]
    public async Task Apply_SecretThatIsQuoted_ShowsTheFieldOnly()
    {
        Answer(422, """{"kind":"Status","code":422,"message":"data: hunter2","details":{"causes":[{"reason":"FieldValueInvalid","field":"data[k]","message":"Invalid value: hunter2"}]}}""");
        using var client = Client();
        var failure = await FailureAsync(c => c.ApplyAsync(Kind("secrets"), "shop", Body("db"), new ApplyOptions("towpath"), CancellationToken.None), client);

        failure.ToString().ShouldNotContain("hunter2");
        failure.Diagnostic.Notes.ShouldBe(["data[k]: FieldValueInvalid"]);
    }

    [Fact]
    public async Task List_PageThatIsForgotten_BeginsAnew()
    {
        Answer(200, """{"metadata":{"continue":"next/1","resourceVersion":"5"},"items":[{"metadata":{"name":"old"}}]}""");
        Answer(410, """{"kind":"Status","code":410,"reason":"Expired"}""");
        Answer(200, """{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""");
        using var client = Client();
        var list = await client.ListAsync(Kind("pods"), new ObjectFilter("shop", Labels: "app=a b"), CancellationToken.None);

        list.Items.Count.ShouldBe(2);
        list.ResourceVersion.ShouldBe("9");
        _requests[1].RequestUri!.Query.ShouldBe("?limit=500&continue=next%2F1&labelSelector=app%3Da%20b");
    }

    [Fact]
    public async Task Call_PageOfAProxy_IsNoKubernetes()
    {
        Answer(200, "<html>Log in</html>");
        using var client = Client();
        (await FailureAsync(c => c.VersionAsync(CancellationToken.None), client)).Diagnostic.Code.ShouldBe("TP6311");
    }

    [Theory]
    [InlineData("../secrets")]
    [InlineData("..")]
    [InlineData("a%2fb")]
    [InlineData("")]
    public async Task Find_NameThatMovesThePath_IsNotCalled(string name)
    {
        using var client = Client();
        await Should.ThrowAsync<ArgumentException>(() => client.FindAsync(Kind("pods"), "shop", name, CancellationToken.None));
        _requests.ShouldBeEmpty();
    }

    /// <summary>A thousand environments that asked at once waited longer for their turn than a call may take: all gave up, and came again, for ever.</summary>
    [Fact]
    public async Task Call_InACrowd_HasItsTimeFromItsTurnOn()
    {
        var access = new ClusterAccess("test", new Uri("https://cluster.example/"), "shop");
        using var crowded = new ApiTransport(access, TimeProvider.System, () => 0, _ => new Always());
        var calls = Enumerable.Range(0, 160).Select(_ => crowded.CallAsync(new ApiRequest(HttpMethod.Get, "/version", "asking") { Bound = TimeSpan.FromSeconds(0.5), MostAttempts = 1 }, CancellationToken.None));
        (await Task.WhenAll(calls)).Length.ShouldBe(160);
    }

    [Fact]
    public async Task Background_InACrowd_LetsOthersGoFirst()
    {
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var access = new ClusterAccess("test", new Uri("https://cluster.example/"), "shop");
        using var client = new KubernetesClient(new ApiTransport(access, TimeProvider.System, () => 0, _ => new Noting(order)), "shop", TimeProvider.System, () => 0);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.FindAsync(Kind("pods"), "shop", "spent", CancellationToken.None)));
        order.Clear();

        var background = Enumerable.Range(0, 5).Select(_ => client.Background.FindAsync(Kind("pods"), "shop", "later", CancellationToken.None)).ToList();
        var front = Enumerable.Range(0, 20).Select(_ => client.FindAsync(Kind("pods"), "shop", "first", CancellationToken.None)).ToList();
        await Task.WhenAll([.. background, .. front]);
        order.Take(20).ShouldAllBe(p => p.EndsWith("/first"));
    }

    private static ApiKind Kind(string plural) => new("", "v1", plural, plural, IsNamespaced: true);

    private static JsonObject Body(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private static Task<KubernetesException> FailureAsync(Func<KubernetesClient, Task> call, KubernetesClient client) => Should.ThrowAsync<KubernetesException>(() => call(client));

    private void Answer(int code, string body, params (string Name, string Value)[] headers) => _answers.Enqueue(() =>
    {
        var answer = new HttpResponseMessage((HttpStatusCode)code) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) answer.Headers.Add(name, value);
        return answer;
    });

    private KubernetesClient Client(ClusterLogin? login = null)
    {
        var access = new ClusterAccess("test", new Uri("https://cluster.example/base/"), "shop") { Login = login ?? ClusterLogin.None };
        var time = TimeProvider.System;
        return new KubernetesClient(new ApiTransport(access, time, () => 0, _ => new Handler(this)), "shop", time, () => 0);
    }

    private sealed class Noting(System.Collections.Concurrent.ConcurrentQueue<string> order) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            order.Enqueue(request.RequestUri!.AbsolutePath);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });
        }
    }

    private sealed class Always : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });
    }

    private sealed class Handler(ApiTransportTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._requests.Add(request);
            return Task.FromResult(test._answers.Dequeue()());
        }
    }
}
