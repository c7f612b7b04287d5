using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Handover;
using Towpath.Core.Journal;
using Towpath.Engines.Containers;
using Towpath.Server.Pipelines;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
using Towpath.Tests.Fakes;

namespace Towpath.EngineTests.Trials;

/// <summary>A repository with a small API that a real pipeline builds and tries; it needs another service, which owns a volume.</summary>
internal sealed class TriedApplication : IDisposable
{
    private const string Image = "docker.io/library/nginx:1.22";
    private readonly DockerApiEngine _engine;
    private readonly TemporaryRepository _repository = new();
    private readonly StandIns _standIns = new(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem());
    private readonly SqliteStore _store;
    private readonly PipelineRunner _runner;

    public TriedApplication(DockerApiEngine engine, string folder)
    {
        _engine = engine;
        _store = new SqliteStore(Path.Combine(folder, Name + ".db"));
        _runner = new PipelineRunner(
            _store, engine,
            files => { var reading = ApplicationReader.Read(files, []); return (reading.Application, reading.Diagnostics); },
            (images, progress, token) => _standIns.EnsureBaseImagesAsync(engine, images, progress, token),
            new ReleaseImages(_store, signer: null), new ImageInventories(_store, engine, TimeProvider.System), new ReleaseProvenance(_store, signer: null, engine), new PipelineOptions(Path.Combine(folder, Name)), TimeProvider.System);
        _repository.Write("towpath.yaml", $"application: {Name}\nenvironments:\n  production: {{}}\n");
        _repository.Write("api/Dockerfile", $"FROM {Image}\nCOPY default.conf /etc/nginx/conf.d/default.conf\n");
        _repository.Write("api/openapi.yaml", """
            openapi: 3.1.0
            info: { title: Tried, version: 1.0.0 }
            paths:
              /healthz:
                get: { responses: { "200": { description: Ready } } }
              /products/{id}:
                get:
                  parameters: [{ name: id, in: path, required: true, example: 7 }]
                  responses:
                    "200":
                      description: A product
                      content:
                        application/json:
                          schema: { type: object, required: [price], properties: { price: { type: number } } }
            """);
        Compose("");
        Answer("12.5");
    }

    public string Name { get; } = "tried" + Guid.NewGuid().ToString("N")[..4];

    /// <summary>The Compose file, with more under <c>x-towpath</c> of the API.</summary>
    public void Compose(string delivery, string health = "/healthz") => _repository.Write("compose.yaml", $$"""
        services:
          api:
            build: ./api
            expose: ["80"]
            depends_on: [side]
            secrets: [key]
            x-towpath: { health: {{health}}, port: 80, route: /, api: api/openapi.yaml, {{delivery}} }
          side:
            image: {{Image}}
            expose: ["80"]
            volumes: ["data:/data"]
        volumes: { data: {} }
        secrets: { key: { environment: KEY, x-towpath: { generate: 16 } } }
        """);

    /// <summary>What the API answers as a price. It reaches the other service by its name, and reads its secret, or it does not start.</summary>
    public void Answer(string price) => _repository.Write("api/default.conf", $$"""
        server {
            listen 80;
            default_type application/json;
            location = /healthz { return 200 '{}'; }
            location = /side/ { proxy_pass http://side/; }
            location = /products/7 { return 200 '{"price": {{price}}}'; }
        }
        """);

    public void Write(string path, string text) => _repository.Write(path, text);

    /// <summary>What the validation of the newest delivery found.</summary>
    public DeliveryCheck Delivered(string service, string check) =>
        _store.Deliveries(Name, 1).Single().Validation.Services.Single(s => s.Service == service).Checks.Single(c => c.Name == check);

    /// <summary>Runs the pipeline of a new commit.</summary>
    /// <returns>What the trial left as evidence, and why the run failed, if it did.</returns>
    public async Task<(EvidenceRecord Trial, Diagnostic? Failure)> ShipAsync(CancellationToken cancellationToken)
    {
        _store.SaveApplication(Name, _repository.Path, ".", new Ladder([]));
        var run = _store.QueueRun(Name, _repository.Commit("A change"), "A change", "ann", DateTimeOffset.UtcNow, FactOf()).Run;
        await _runner.RunAsync(run, cancellationToken);
        var failure = _store.Facts(Name, 0, 1000).LastOrDefault(f => f.Kind == FactKind.PipelineFailed && f.Run == run.Id)?.Diagnostic;
        var trial = _store.Evidence(run.Id).SingleOrDefault(e => e.Step == "trial:api").ShouldNotBeNull(failure?.ToString());
        return (trial, failure);
    }

    /// <summary>Containers, networks and volumes of the application.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync()
    {
        string[] own = [$"{ContainerLabels.Application}={Name}"];
        return
        [
            .. (await _engine.ListContainersAsync(own, CancellationToken.None)).Select(c => c.Name),
            .. (await _engine.ListNetworksAsync(own, CancellationToken.None)).Select(n => n.Name),
            .. await _engine.ListVolumesAsync(own, CancellationToken.None),
        ];
    }

    public void Dispose()
    {
        _runner.Dispose();
        _store.Dispose();
        _standIns.Dispose();
        _repository.Dispose();
    }

    private Fact FactOf() => new() { At = DateTimeOffset.UtcNow, Kind = FactKind.PipelineQueued, Application = Name, Text = "queued" };
}
