using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

public sealed class StandInsTests
{
    private const string Debian = "docker.io/library/debian:bookworm-slim";
    private const string Postgres = "docker.io/library/postgres:15";

    private readonly ImageStoreEngine _engine = new();
    private readonly Probe _probe = new();
    private readonly RootFileSystem _rootFileSystem = new();
    private readonly List<string> _progress = [];

    [Fact]
    public async Task Ensure_ImagePresent_TouchesNothing()
    {
        _engine.Images.Add(Postgres);

        await EnsureAsync("postgres:15");

        _engine.Calls.ShouldBeEmpty();
        _probe.Asked.ShouldBeEmpty();
        _progress.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ensure_RegistryAnswers_PullsTheRealImage()
    {
        _probe.Answer = true;
        _engine.Registry.Add(Postgres);

        await EnsureAsync("postgres:15");

        _engine.Calls.ShouldBe(["pull " + Postgres]);
    }

    [Fact]
    public async Task Ensure_NoRegistry_BuildsStandInsOnOneImportedDebian()
    {
        await EnsureAsync("postgres:15", "docker.io/library/nginx:1.22", "debian:bookworm-slim");

        _engine.Calls.ShouldBe([$"import {Debian} rootfs", "build " + Postgres, "build docker.io/library/nginx:1.22"]);
        _probe.Asked.ShouldBe(["docker.io"], "the outcome is remembered");
        _progress.ShouldContain(l => l.Contains("postgres:15", StringComparison.Ordinal) && l.Contains("stand-in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ensure_RegistryAnswersButHasNotTheImage_BuildsTheStandIn()
    {
        _probe.Answer = true;
        _engine.Images.Add(Debian);

        await EnsureAsync("postgres:15");

        _engine.Calls.ShouldBe(["pull " + Postgres, "build " + Postgres]);
    }

    [Fact]
    public async Task Ensure_UnknownImage_IsPulledEvenWhereTheProbeFails()
    {
        _engine.Registry.Add("docker.io/library/redis:7");

        await EnsureAsync("redis:7");

        _engine.Calls.ShouldBe(["pull docker.io/library/redis:7"]);
    }

    [Fact]
    public async Task Ensure_UnknownImageUnavailable_IsADiagnosticThatNamesIt()
    {
        var exception = await Should.ThrowAsync<DiagnosticException>(() => EnsureAsync("acme/tool"));

        var diagnostic = exception.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("TP6040");
        diagnostic.Headline.ShouldContain("acme/tool");
        diagnostic.Notes[0].ShouldBe("manifest unknown");
        diagnostic.Notes[1].ShouldContain("postgres:15");
        exception.ExitCode.ShouldBe(ExitCode.EngineUnavailable);
        _engine.Calls.ShouldBe(["pull docker.io/acme/tool:latest"]);
    }

    [Fact]
    public async Task Ensure_StandInFails_ShowsTheEndOfItsBuild()
    {
        _engine.Images.Add(Debian);
        _engine.BuildFailure = new EngineException(EngineError.BuildFailed, "Unable to locate package");

        var exception = await Should.ThrowAsync<DiagnosticException>(() => EnsureAsync("postgres:15"));

        exception.Diagnostics[0].Code.ShouldBe("TP6043");
        exception.Diagnostics[0].Notes.ShouldBe(["STEP 1/9", "Unable to locate package"]);
    }

    [Fact]
    public async Task Ensure_DiskFullDuringBuild_StaysTheEnginesFailure()
    {
        _engine.Images.Add(Debian);
        _engine.BuildFailure = new EngineException(EngineError.DiskFull, "no space left on device");

        (await Should.ThrowAsync<EngineException>(() => EnsureAsync("postgres:15"))).Error.ShouldBe(EngineError.DiskFull);
    }

    [Fact]
    public async Task Ensure_TwoAtOnce_BuildsOnce()
    {
        _engine.Images.Add(Debian);
        using var standIns = new StandIns(_probe, _rootFileSystem);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => standIns.EnsureBaseImagesAsync(_engine, ["postgres:15"], IgnoreProgress, CancellationToken.None)));

        _engine.Calls.ShouldBe(["build " + Postgres]);

        static void IgnoreProgress(string line)
        {
        }
    }

    [Theory]
    [InlineData("haproxy:2.6")]
    [InlineData("nginx:1.22")]
    [InlineData("postgres:15")]
    [InlineData("rabbitmq:3.10")]
    public async Task Ensure_EachStandIn_HasAContextWithAllThatItsDockerfileCopies(string reference)
    {
        _engine.Images.Add(Debian);

        await EnsureAsync(reference);

        var context = _engine.Contexts["docker.io/library/" + reference];
        var dockerfile = context["Dockerfile"];
        DockerfileBases.Of(Dockerfile.Parse("Dockerfile", dockerfile), ImmutableDictionary<string, string>.Empty).ShouldBe(["debian:bookworm-slim"]);
        dockerfile.ShouldContain("LABEL towpath.stand-in=true");
        foreach (var copied in dockerfile.Split('\n').Where(l => l.StartsWith("COPY ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]))
        {
            context.ContainsKey(copied).ShouldBeTrue(copied);
        }
    }

    [Theory]
    [InlineData("postgres", "docker.io/library/postgres:latest")]
    [InlineData("postgres:15", "docker.io/library/postgres:15")]
    [InlineData("acme/tool:1", "docker.io/acme/tool:1")]
    [InlineData("localhost/x", "localhost/x:latest")]
    [InlineData("127.0.0.1:5000/x:2", "127.0.0.1:5000/x:2")]
    [InlineData("registry.example.org/a/b", "registry.example.org/a/b:latest")]
    [InlineData("debian@sha256:01", "docker.io/library/debian@sha256:01")]
    public void Canonical_Reference_IsFull(string reference, string expected) => StandIns.Canonical(reference).ShouldBe(expected);

    private async Task EnsureAsync(params string[] references)
    {
        using var standIns = new StandIns(_probe, _rootFileSystem);
        await standIns.EnsureBaseImagesAsync(_engine, references, _progress.Add, CancellationToken.None);
    }

    private sealed class Probe : IRegistryProbe
    {
        public bool Answer { get; set; }

        public List<string> Asked { get; } = [];

        public Task<bool> AnswersAsync(string host, CancellationToken cancellationToken)
        {
            Asked.Add(host);
            return Task.FromResult(Answer);
        }
    }

    private sealed class RootFileSystem : IRootFileSystem
    {
        public Task<Stream> MakeAsync(Action<string> progress, CancellationToken cancellationToken) =>
            Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes("rootfs")));
    }
}
