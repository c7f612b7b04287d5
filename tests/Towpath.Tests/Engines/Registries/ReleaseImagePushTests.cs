using System.Collections.Concurrent;
using Towpath.Core.Diagnostics;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Registries;

public sealed class ReleaseImagePushTests : IAsyncLifetime
{
    private const string Local = "localhost/towpath/shop/api:1";

    private readonly FakeContainerEngine _engine = new();
    private readonly Remembered _known = new();
    private readonly TemporaryFolder _folder = new();
    private FakeRegistry _registry = null!;
    private ReleaseImage _image = null!;
    private ReleaseImagePush _push = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Repository => $"{_registry.Host}/shop/api";

    private string Tag => _image.Digest["sha256:".Length..][..12];

    private int Pushes => _engine.Calls.Count(call => call.StartsWith("push ", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _image = new ReleaseImage(_engine.AddImage(Local), Local);
        _engine.OnPush = (image, _, _) => Take(image.Id);
        var credentials = new RegistryCredentials(name => name == "REGISTRY_AUTH_FILE" ? _folder["auth.json"] : null);
        _push = new ReleaseImagePush(_engine, _known, credentials, [], new HurriedTime());
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Ensure_NotThere_PushesByIdentifierAndGivesTheDigest()
    {
        var lines = new List<string>();

        var pushed = await _push.EnsureAsync(_image, Repository, lines.Add, Cancel);

        var manifest = FakeRegistry.DigestOf(System.Text.Encoding.UTF8.GetBytes(FakeRegistry.ManifestOf(_image.Digest)));
        pushed.ShouldBe(new PushedImage($"{Repository}@{manifest}", manifest, _image.Digest));
        _engine.Calls.ShouldContain($"push {_image.Digest} {Repository}:{Tag}");
        lines.ShouldBe([$"pushed {Repository}:{Tag}"]);
    }

    [Fact]
    public async Task Ensure_Again_AsksOnceAndPushesNothing()
    {
        var first = await EnsureAsync();
        var asked = _registry.Received.Count;

        (await EnsureAsync()).ShouldBe(first);

        Pushes.ShouldBe(1);
        _registry.Received.Skip(asked).ShouldHaveSingleItem().Method.ShouldBe("HEAD");
    }

    [Fact]
    public async Task Ensure_ThereAndNotRemembered_PushesNothing()
    {
        await Take(_image.Digest);

        var pushed = await EnsureAsync();

        Pushes.ShouldBe(0);
        _known.Find(Repository, _image.Digest).ShouldBe(pushed.ManifestDigest);
    }

    [Fact]
    public async Task Ensure_DeletedInTheRegistry_PushesAgain()
    {
        await EnsureAsync();
        _registry.Empty();

        await EnsureAsync();

        Pushes.ShouldBe(2);
    }

    [Fact]
    public async Task Ensure_SeveralAtOnce_PushOnce()
    {
        _engine.OnPush = async (image, _, _) =>
        {
            await Task.Delay(50, Cancel);
            await Take(image.Id);
        };

        var pushed = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => EnsureAsync()));

        pushed.Distinct().ShouldHaveSingleItem();
        Pushes.ShouldBe(1);
    }

    [Fact]
    public async Task Ensure_AnotherImageHasTheTag_IsRefusedAndLeftAlone()
    {
        await Take("sha256:" + new string('b', 64));

        (await ProblemAsync()).Code.ShouldBe("TP6386");

        Pushes.ShouldBe(0);
    }

    [Fact]
    public async Task Ensure_RegistryOrEngineChangesTheImage_IsRefusedAndNotRemembered()
    {
        _engine.OnPush = (_, _, _) => Take("sha256:" + new string('b', 64));

        var problem = await ProblemAsync();

        problem.Code.ShouldBe("TP6386");
        problem.Notes[0].ShouldBe($"It is sha256:{new string('b', 64)}; the release has {_image.Digest}.");
        _known.Find(Repository, _image.Digest).ShouldBeNull();
    }

    [Fact]
    public async Task Ensure_IndexHasTheTag_IsRefused()
    {
        _registry.Put("shop/api", Tag, """{"manifests":[]}""", FakeRegistry.Index);

        (await ProblemAsync()).Notes[0].ShouldContain(FakeRegistry.Index);
    }

    [Fact]
    public async Task Ensure_AnswerToThePushIsLost_IsNotPushedAgain()
    {
        _engine.OnPush = async (image, _, _) =>
        {
            await Take(image.Id);
            throw new EngineException(EngineError.Unreachable, "The engine does not answer");
        };

        (await EnsureAsync()).ConfigDigest.ShouldBe(_image.Digest);

        Pushes.ShouldBe(1);
    }

    [Fact]
    public async Task Ensure_RegistryIsAwayForAMoment_TriesAgain()
    {
        var asked = 0;
        _registry.OnRequest = context =>
        {
            var isFirst = ++asked == 1;
            context.Response.StatusCode = isFirst ? 503 : 200;
            return Task.FromResult(isFirst);
        };
        _engine.OnPush = (image, _, _) => Pushes == 1 ? throw new EngineException(EngineError.RegistryAway, "connection refused") : Take(image.Id);

        await EnsureAsync();

        Pushes.ShouldBe(2);
    }

    [Fact]
    public async Task Ensure_RegistryStaysAway_EndsAfterThreeAttempts()
    {
        _engine.OnPush = (_, _, _) => throw new EngineException(EngineError.RegistryAway, "connection refused");

        (await ProblemAsync()).Code.ShouldBe("TP6380");

        Pushes.ShouldBe(3);
    }

    [Theory]
    [InlineData(EngineError.RegistryDenied, "TP6381")]
    [InlineData(EngineError.RegistryNameRefused, "TP6383")]
    [InlineData(EngineError.RegistryFull, "TP6384")]
    [InlineData(EngineError.RegistryNotSecure, "TP6385")]
    [InlineData(EngineError.RegistryRefused, "TP6392")]
    [InlineData(EngineError.NotFound, "TP6387")]
    [InlineData(EngineError.DiskFull, "TP6003")]
    public async Task Ensure_PushFails_IsToldApartAndNotTriedAgain(EngineError error, string code)
    {
        _engine.OnPush = (_, _, _) => throw new EngineException(error, "said");

        (await ProblemAsync()).Code.ShouldBe(code);

        Pushes.ShouldBe(1);
    }

    [Fact]
    public async Task Ensure_PushedAndNotThere_IsAProblem()
    {
        _engine.OnPush = null;

        (await ProblemAsync()).Code.ShouldBe("TP6391");
    }

    [Fact]
    public async Task Ensure_RepositoryIsHiddenUntilItIsThere_Pushes()
    {
        _folder.Write("auth.json", $$"""{"auths":{"{{_registry.Host}}":{"username":"ann","password":"wrong horse"} } }""");
        var isThere = false;
        _registry.OnRequest = context =>
        {
            context.Response.StatusCode = isThere ? 200 : 403;
            return Task.FromResult(!isThere);
        };
        RegistryAccess? access = null;
        _engine.OnPush = (image, _, with) =>
        {
            (isThere, access) = (true, with);
            return Take(image.Id);
        };

        await EnsureAsync();

        access!.Login!.User.ShouldBe("ann");
        access.ToString().ShouldNotContain("wrong horse");
    }

    [Fact]
    public async Task Ensure_HiddenAndNoLogin_IsNotPushed()
    {
        _registry.Challenge = "Basic realm=\"r\"";

        (await ProblemAsync()).Code.ShouldBe("TP6381");

        Pushes.ShouldBe(0);
    }

    private Task<PushedImage> EnsureAsync() => _push.EnsureAsync(_image, Repository, _ => { }, Cancel);

    private async Task<Diagnostic> ProblemAsync() => (await Should.ThrowAsync<DiagnosticException>(EnsureAsync)).Diagnostics[0];

    private Task Take(string config)
    {
        _registry.Put("shop/api", Tag, FakeRegistry.ManifestOf(config));
        return Task.CompletedTask;
    }

    private sealed class Remembered : IPushedImages
    {
        private readonly ConcurrentDictionary<(string, string), string> _manifests = new();

        public string? Find(string repository, string configDigest) => _manifests.GetValueOrDefault((repository, configDigest));

        public void Remember(string repository, string configDigest, string manifestDigest) => _manifests[(repository, configDigest)] = manifestDigest;
    }
}
