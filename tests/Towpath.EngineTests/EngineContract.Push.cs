using System.Collections.Concurrent;
using System.Diagnostics;
using Towpath.Core.Diagnostics;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;

namespace Towpath.EngineTests;

// Pushes into a real registry, as deployments to a cluster make them.
public abstract partial class EngineContract
{
    private const string NoRegistry = "docker-registry is not installed";

    [Fact]
    public async Task Push_ReleaseImage_IsTheSameImageWhenItIsPulledByDigest()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, NoRegistry);
        await using var registry = await LocalRegistry.StartAsync();
        var image = await ReleaseImageAsync();

        var pushed = await PushAsync(registry, image, new Remembered());

        pushed.ConfigDigest.ShouldBe(image.Digest);
        pushed.Reference.ShouldBe($"{registry.Host}/shop/api@{pushed.ManifestDigest}");
        // The name that Docker pushes by is gone again.
        (await Engine.InspectImageAsync(image.Digest, Cancel))!.References.ShouldBe([image.Reference]);
        (await Engine.RemoveImageAsync(image.Reference, Cancel)).ShouldBeTrue();
        (await Engine.InspectImageAsync(image.Digest, Cancel)).ShouldBeNull();
        await PullPlainAsync(pushed.Reference);
        (await Engine.InspectImageAsync(pushed.Reference, Cancel))!.Id.ShouldBe(image.Digest);
        await Engine.RemoveImageAsync(image.Digest, Cancel);
    }

    [Fact]
    public async Task Push_Again_SendsNothing()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, NoRegistry);
        await using var registry = await LocalRegistry.StartAsync();
        var image = await ReleaseImageAsync();
        var (known, lines) = (new Remembered(), new ConcurrentQueue<string>());
        var first = await PushAsync(registry, image, known, lines.Enqueue);
        lines.ShouldNotBeEmpty();
        lines.Clear();

        (await PushAsync(registry, image, known, lines.Enqueue)).ShouldBe(first);
        (await PushAsync(registry, image, new Remembered(), lines.Enqueue)).ShouldBe(first);
        lines.ShouldBeEmpty();

        // The engine itself sends what is there only as a question.
        await Engine.PushImageAsync(image.Digest, $"{registry.Host}/shop/api:again", new RegistryAccess(), _ => { }, Cancel);
        await Engine.PushImageAsync(image.Digest, $"{registry.Host}/shop/api:again", new RegistryAccess(), _ => { }, Cancel);
    }

    [Fact]
    public async Task Push_RegistryWantsAPassword_TakesTheRightOneOnly()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, NoRegistry);
        await using var registry = await LocalRegistry.StartAsync(wantsPassword: true);
        var image = await ReleaseImageAsync();
        const string wrong = "quite another";

        (await ProblemAsync(registry, image)).ShouldContain("TP6381");
        var problem = await ProblemAsync(registry, image, wrong);
        problem.ShouldContain("TP6381");
        problem.ShouldContain("auth.json");
        problem.ShouldNotContain(wrong);

        (await PushAsync(registry, image, new Remembered(), password: LocalRegistry.Password)).ConfigDigest.ShouldBe(image.Digest);
    }

    [Fact]
    public async Task Push_WithoutARight_IsDenied()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, NoRegistry);
        await using var registry = await LocalRegistry.StartAsync(wantsPassword: true);
        var image = await ReleaseImageAsync();

        var failure = await FailureAsync(() => Engine.PushImageAsync(image.Digest, $"{registry.Host}/shop/api:1", new RegistryAccess(), _ => { }, Cancel));

        failure.Error.ShouldBe(EngineError.RegistryDenied);
        (await Engine.InspectImageAsync(image.Digest, Cancel))!.References.ShouldBe([image.Reference]);
    }

    [Fact]
    public async Task Push_RegistryIsKilledInTheMiddle_IsAway()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, NoRegistry);
        await using var registry = await LocalRegistry.StartAsync();
        var image = await ReleaseImageAsync();
        var isKilled = 0;

        var failure = await Should.ThrowAsync<DiagnosticException>(() => PushAsync(registry, image, new Remembered(), Kill));

        failure.Diagnostics[0].Code.ShouldBe("TP6380");
        isKilled.ShouldBe(1);

        void Kill(string line)
        {
            if (Interlocked.Exchange(ref isKilled, 1) == 0) registry.Kill();
        }
    }

    [Fact]
    public async Task Push_RegistryIsKilledInTheMiddleAndComesBack_EndsWell()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, NoRegistry);
        await using var registry = await LocalRegistry.StartAsync();
        var image = await ReleaseImageAsync();
        Task? back = null;

        var pushed = await PushAsync(registry, image, new Remembered(), Restart);

        pushed.ConfigDigest.ShouldBe(image.Digest);
        await back.ShouldNotBeNull();

        void Restart(string line)
        {
            if (back is not null) return;
            registry.Kill();
            back = Task.Run(registry.RunAsync, Cancel);
        }
    }

    [Fact]
    public async Task Push_NoSuchImage_IsNotFound()
    {
        var failure = await FailureAsync(() => Engine.PushImageAsync($"sha256:{new string('0', 64)}", "127.0.0.1:9/a:1", new RegistryAccess(), _ => { }, Cancel));

        failure.Error.ShouldBe(EngineError.NotFound);
    }

    // Podman takes plain HTTP from its own client or configuration only; Docker takes it from this machine.
    private async Task PullPlainAsync(string reference)
    {
        if (Engine.Kind == DockerApiEngine.Docker)
        {
            await Engine.PullImageAsync(reference, _ => { }, Cancel);
            return;
        }

        using var pull = Process.Start(new ProcessStartInfo("podman", ["pull", "--quiet", "--tls-verify=false", reference]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await pull.StandardOutput.ReadToEndAsync(Cancel);
        await pull.WaitForExitAsync(Cancel);
        pull.ExitCode.ShouldBe(0);
    }

    private async Task<ReleaseImage> ReleaseImageAsync()
    {
        var id = await ImportAsync("pushed");
        return new ReleaseImage(id, Image("pushed"));
    }

    private async Task<PushedImage> PushAsync(LocalRegistry registry, ReleaseImage image, IPushedImages known, Action<string>? progress = null, string? password = null)
    {
        var file = Path.Combine(Folder, $"auth.json-{Guid.NewGuid():N}");
        if (password is not null)
            await File.WriteAllTextAsync(file, $$"""{"auths":{"{{registry.Host}}":{"username":"{{LocalRegistry.User}}","password":"{{password}}"} } }""", Cancel);
        var credentials = new RegistryCredentials(name => name == "REGISTRY_AUTH_FILE" ? file : null);
        return await new ReleaseImagePush(Engine, known, credentials, [], TimeProvider.System).EnsureAsync(image, $"{registry.Host}/shop/api", progress ?? (_ => { }), Cancel);
    }

    private async Task<string> ProblemAsync(LocalRegistry registry, ReleaseImage image, string? password = null) =>
        (await Should.ThrowAsync<DiagnosticException>(() => PushAsync(registry, image, new Remembered(), password: password))).Diagnostics[0].ToString();

    private sealed class Remembered : IPushedImages
    {
        private readonly ConcurrentDictionary<(string, string), string> _manifests = new();

        public string? Find(string repository, string configDigest) => _manifests.GetValueOrDefault((repository, configDigest));

        public void Remember(string repository, string configDigest, string manifestDigest) => _manifests[(repository, configDigest)] = manifestDigest;
    }
}
