using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Differences;

namespace Towpath.Tests.Kubernetes.Differences;

public sealed class ObjectDifferenceTests
{
    [Fact]
    public void Between_ItemsOfLists_AreToldApartByTheirNames()
    {
        var changes = Between(
            """{ "spec": { "containers": [ { "name": "web", "image": "a" }, { "name": "mesh", "image": "m" } ] } }""",
            """{ "spec": { "containers": [ { "name": "mesh", "image": "m" }, { "name": "web", "image": "b" } ] } }""");

        changes.ShouldBe([("spec.containers[web].image", "a", "b")], "another order is no difference");
    }

    [Fact]
    public void Between_ItemsThatComeAndGo_AreTold() => Between(
            """{ "env": [ { "name": "A", "value": "1" }, { "name": "B", "value": "2" } ] }""",
            """{ "env": [ { "name": "B", "value": "2" }, { "name": "C", "value": "3" } ] }""")
        .ShouldBe([("env[A]", """{"name":"A","value":"1"}""", null), ("env[C]", null, """{"name":"C","value":"3"}""")]);

    [Fact]
    public void Between_PlainLists_AreComparedByPlace() =>
        Between("""{ "args": [ "-f", "-v" ] }""", """{ "args": [ "-f", "-q", "x" ] }""").ShouldBe([("args[1]", "-v", "-q"), ("args[2]", null, "x")]);

    [Fact]
    public void Between_PortsWithoutNames_AreToldApartByTheirNumbers() => Between(
            """{ "ports": [ { "port": 80, "targetPort": 8080 }, { "port": 443, "targetPort": 8443 } ] }""",
            """{ "ports": [ { "port": 443, "targetPort": 9443 }, { "port": 80, "targetPort": 8080 } ] }""")
        .ShouldBe([("ports[443].targetPort", "8443", "9443")]);

    [Fact]
    public void Between_NamesThatAreThereTwice_AreComparedByPlace() =>
        Between("""{ "items": [ { "name": "a", "x": 1 }, { "name": "a", "x": 2 } ] }""", """{ "items": [ { "name": "a", "x": 1 }, { "name": "a", "x": 3 } ] }""").ShouldBe([("items[1].x", "2", "3")]);

    [Fact]
    public void Between_WhatTheServerKeepsAndWhatOnlyTellsTheRelease_IsNoDifference() => Between(
            """{ "metadata": { "resourceVersion": "1", "generation": 1, "managedFields": [], "annotations": { "towpath.dev/release": "r-1", "towpath.dev/since": "a" }, "labels": { "a.b/c": "1" } }, "status": { "x": 1 } }""",
            """{ "metadata": { "resourceVersion": "2", "generation": 2, "annotations": { "towpath.dev/release": "r-2" }, "labels": { "a.b/c": "2" } }, "status": { "x": 2 } }""")
        .ShouldBe([("""metadata.labels."a.b/c" """.TrimEnd(), "1", "2")]);

    [Fact]
    public void Between_TheSame_IsNothing() => Between("""{ "a": [ { "name": "x" } ], "b": null }""", """{ "b": null, "a": [ { "name": "x" } ] }""").ShouldBeEmpty();

    [Theory]
    [InlineData("data.value", true)]
    [InlineData("metadata.annotations.copy", true)]
    [InlineData("metadata.labels.app", false)]
    public void IsSecret_AnythingOfASecretButItsLabels_IsNeverShown(string path, bool isSecret)
    {
        var place = path.Split('.').Aggregate(FieldPath.Root, (p, k) => p.At(k));

        FieldWords.IsSecret("Secret", place).ShouldBe(isSecret);
        FieldWords.IsSecret("ConfigMap", place).ShouldBeFalse();
    }

    [Fact]
    public void Drifted_PlainField_SaysBothAndWho() =>
        FieldWords.Drifted("Deployment/api", new FieldChange(FieldPath.Root.At("spec").At("replicas"), 3, 2), ["kubectl-edit"])
            .ShouldBe("Deployment/api spec.replicas: 3, wanted 2 (changed by kubectl-edit)");

    [Fact]
    public void Drifted_FieldThatIsGone_SaysNothingIsThere() =>
        FieldWords.Drifted("Service/api", new FieldChange(FieldPath.Root.At("spec").At("type"), null, "ClusterIP"), []).ShouldBe("Service/api spec.type: nothing, wanted ClusterIP");

    [Theory]
    [InlineData("Secret/token-1", "data", "value")]
    [InlineData("ConfigMap/web", "data", "page")]
    [InlineData("Deployment/api", "env", "value")]
    public void Drifted_WhatProgramsAreGiven_IsNeverTold(string subject, string part, string key)
    {
        var text = FieldWords.Drifted(subject, new FieldChange(FieldPath.Root.At(part).At(key), "hunter2", "hunter3"), ["ann"]);

        text.ShouldBe($"{subject} {part}.{key} is not as wanted (changed by ann)");
    }

    [Fact]
    public void Value_LongOrOfSeveralLines_IsOneShortLine()
    {
        FieldWords.Value("a\nb").ShouldBe("\"a\\nb\"");
        FieldWords.Value(new string('x', 1000))!.Length.ShouldBe(FieldWords.LongestValue + 4);
        FieldWords.Value(null).ShouldBeNull();
    }

    private static IEnumerable<(string, string?, string?)> Between(string live, string wanted) =>
        ObjectDifference.Between((JsonObject)JsonNode.Parse(live)!, (JsonObject)JsonNode.Parse(wanted)!).Select(c => (c.Path.ToString(), FieldWords.Value(c.Live), FieldWords.Value(c.Wanted)));
}
