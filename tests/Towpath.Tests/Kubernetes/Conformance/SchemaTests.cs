using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Tests.Kubernetes.Layouts;

namespace Towpath.Tests.Kubernetes.Conformance;

/// <summary>What is rendered is valid by the API's own schemas, in which no field is unknown, for the oldest version, the usual one and those between.</summary>
public sealed class SchemaTests(ApiSchemas schemas, ITestOutputHelper output) : IClassFixture<ApiSchemas>
{
    private const int MadeApplications = 25;

    // No package has Flagger's definitions.
    private static readonly string[] WithoutSchema = ["no schema for flagger.app/v1beta1 Canary"];

    private static readonly EnvironmentsRepository Repository = new("https://git.example.com/team/environments.git", "main");

    /// <summary>The version that is rendered for, and whose schemas it is held to: those that packages carry, the next older where its own are not there.</summary>
    public static TheoryData<string, string> Versions => new() { { "1.20", "1.19" }, { "1.27", "1.27" }, { "1.34", "1.33" }, { "1.34", "1.36" } };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Compile_ShopAndMadeApplications_AreValid(string version, string against)
    {
        var cluster = KubernetesVersion.Parse(version);
        var environments = Rendered.Shop(cluster).Concat(Enumerable.Range(1, MadeApplications).SelectMany(seed => Rendered.Made(seed, cluster)));

        await HoldAsync(against, environments.SelectMany(e => e.Objects.Select(o => ($"{e.Application} {e.Name} {o.Id}", Json(o)))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Compile_EveryKey_IsValid(string version, string against) =>
        await HoldAsync(against, EveryKey.Compile(KubernetesVersion.Parse(version)!.Value).SelectMany(c => c.Objects).Select(o => (o.Id, Json(o))));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Compile_Corpora_AreValid(string version, string against)
    {
        Corpora.Require();
        var cases = CorpusCase.All("compose-valid").Concat(CorpusCase.All("kompose"));
        var compiled = cases.Select(c => (c.Name, Request: c.Requested(KubernetesVersion.Parse(version)!.Value))).Where(c => c.Request is not null)
            .Select(c => (c.Name, Result: KubernetesCompiler.Compile(c.Request!))).Where(c => !c.Result.HasErrors).ToList();

        compiled.Count.ShouldBeGreaterThan(200);
        await HoldAsync(against, compiled.SelectMany(c => c.Result.Objects.Select(o => ($"{c.Name} {o.Id}", Json(o)))));
    }

    [Fact]
    public async Task Layouts_OfControllers_AreValid()
    {
        var environments = Rendered.Shop().Concat(Enumerable.Range(1, MadeApplications).SelectMany(seed => Rendered.Made(seed))).ToList();
        var handed = Enum.GetValues<ProgressiveController>().SelectMany(c => environments.SelectMany(e => ProgressiveDelivery.HandTo(c, e).Objects.Select(o => ($"{c} {e.Application} {o.Id}", Json(o)))));
        var files = environments.SelectMany(e => ArgoLayout.Of(e, Repository).Concat(FluxLayout.Of(e)).Append(FluxLayout.Source(e.Application, Repository)));
        var written = files.SelectMany(f => f.Text.Split("---\n").Select(d => (f.Path, YamlValue.Of(d)!)));

        await HoldAsync("1.36", handed.Concat(written));
    }

    [Fact]
    public async Task Compile_ForALaterVersion_IsNotValidForAnEarlierOne()
    {
        var later = Compiled.Of("services: { web: { image: 'web:1', ports: ['8080'], deploy: { replicas: 2 } } }").Object("PodDisruptionBudget/web");

        (await schemas.FaultsAsync([("1.33", Json(later)), ("1.19", Json(later))], TestContext.Current.CancellationToken)).ShouldBe([[], ["no schema for policy/v1 PodDisruptionBudget"]]);
    }

    [Theory]
    [InlineData("Deployment/web", "spec.template.spec.containers[0].imagee", "\"x\"", "unknown field")]
    [InlineData("Deployment/web", "spec.template.spec.securityContext.runAsRoot", "false", "unknown field")]
    [InlineData("Deployment/web", "spec.replicas", "\"2\"", "must be integer|should be integer")]
    [InlineData("Deployment/web", "spec.selector", null, "required property")]
    [InlineData("Deployment/web", "metadata.labels.number", "1", "must be string|should be string")]
    [InlineData("Service/web", "spec.ports[0].port", null, "required property")]
    [InlineData("Service/web", "status.unknown", "{}", "unknown field")]
    [InlineData("Service/web", "kind", "\"Servise\"", "no schema")]
    [InlineData("NetworkPolicy/web", "spec.ingress[0].from[0].pods", "{}", "unknown field")]
    public async Task Planted_Fault_IsFound(string id, string path, string? value, string fault)
    {
        var planted = Json(Compiled.Of("services: { web: { image: 'web:1', ports: ['8080'], networks: [a] }, other: { image: 'other:1', networks: [a] } }\nnetworks: { a: {} }").Object(id));
        Set(planted, path, value);

        foreach (var against in Versions.Select(v => v.Data.Item2))
        {
            var found = (await schemas.FaultsAsync([(against, planted)], TestContext.Current.CancellationToken))[0];
            found.ShouldContain(f => fault.Split('|').Any(f.Contains), $"{against}: {string.Join("; ", found)}");
        }
    }

    private async Task HoldAsync(string against, IEnumerable<(string Name, JsonNode Object)> subjects)
    {
        var all = subjects.ToList();
        var faults = await schemas.FaultsAsync([.. all.Select(s => (against, s.Object))], TestContext.Current.CancellationToken);
        var wrong = all.Zip(faults, (s, f) => (s.Name, Faults: f.Except(WithoutSchema).ToList())).Where(s => s.Faults.Count > 0).ToList();
        output.WriteLine($"{all.Count} objects of {all.Select(s => s.Object["kind"]!.ToString()).Distinct().Count()} kinds, {faults.Count(f => f.Intersect(WithoutSchema).Any())} without a schema");

        wrong.Select(w => $"{w.Name}: {string.Join("; ", w.Faults)}").ShouldBeEmpty();
    }

    private static JsonNode Json(ManifestObject subject) => JsonNode.Parse(ManifestText.Json(subject))!;

    private static void Set(JsonNode root, string path, string? value)
    {
        var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var at = root;
        foreach (var step in steps[..^1])
        {
            at = step[0] == '[' ? at[int.Parse(step[1..^1])]! : at[step] ?? (at[step] = new JsonObject());
        }

        if (value is null)
        {
            at.AsObject().Remove(steps[^1]).ShouldBeTrue();
        }
        else
        {
            at[steps[^1]] = JsonNode.Parse(value);
        }
    }
}
