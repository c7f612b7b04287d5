using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Running;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class PodOutputTests
{
    [Fact]
    public void Of_RunningPod_IsItsContainerNamedByThePod()
    {
        var output = Of(Pod("web-1", containers: """{ "name": "web", "restartCount": 0, "state": { "running": {} } }""")).Single();

        output.Service.ShouldBe("web");
        output.Source.ShouldBe("web-1");
        output.Key.ShouldBe(("uid-web-1", "web", 0));
        output.IsRunning.ShouldBeTrue();
        output.HasEarlier.ShouldBeFalse();
    }

    [Fact]
    public void Of_SeveralContainers_EachIsNamed() =>
        Of(Pod("web-1", containers: """{ "name": "web", "state": { "running": {} } }, { "name": "mesh", "state": { "running": {} } }"""))
            .Select(o => o.Source).ShouldBe(["web-1/web", "web-1/mesh"]);

    [Fact]
    public void Of_ContainerThatNeverRan_IsNothing() => Of(Pod("web-1", containers: """{ "name": "web", "state": { "waiting": { "reason": "ImagePullBackOff" } } }""")).ShouldBeEmpty();

    [Fact]
    public void Of_WhatRanBeforeTheService_IsReadUntilItEndedWell()
    {
        const string main = """{ "name": "web", "state": { "waiting": {} } }""";

        Of(Pod("web-1", main, """{ "name": "wait-for-db", "state": { "running": {} } }""")).Single().Source.ShouldBe("web-1/wait-for-db");
        Of(Pod("web-1", main, """{ "name": "wait-for-db", "state": { "terminated": { "exitCode": 3 } } }""")).ShouldHaveSingleItem();
        Of(Pod("web-1", main, """{ "name": "wait-for-db", "state": { "terminated": { "exitCode": 0 } } }""")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "running": {} }""", true)]
    // It waits to be started again: its last run is what is read as the present one, and would be read twice.
    [InlineData("""{ "waiting": { "reason": "CrashLoopBackOff" } }""", false)]
    public void Of_StartedAgain_ReadsTheRunBeforeOnce(string state, bool hasEarlier)
    {
        var output = Of(Pod("web-1", containers: $$"""{ "name": "web", "restartCount": 2, "state": {{state}}, "lastState": { "terminated": { "exitCode": 1 } } }""")).Single();

        output.HasEarlier.ShouldBe(hasEarlier);
        output.Key.Restarts.ShouldBe(2);
    }

    [Fact]
    public void Of_PodOfNoService_IsNothing() =>
        PodOutput.Of([Pod("web-migrate-1", containers: """{ "name": "web", "state": { "running": {} } }""")], _ => null).ShouldBeEmpty();

    private static IEnumerable<PodOutput> Of(JsonObject pod) => PodOutput.Of([pod], component => component);

    private static JsonObject Pod(string name, string containers, string waits = "") => (JsonObject)JsonNode.Parse($$"""
        {
          "metadata": { "name": "{{name}}", "uid": "uid-{{name}}", "labels": { "app.kubernetes.io/name": "web" } },
          "status": { "initContainerStatuses": [ {{waits}} ], "containerStatuses": [ {{containers}} ] }
        }
        """)!;
}
