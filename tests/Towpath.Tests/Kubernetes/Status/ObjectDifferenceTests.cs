using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Tests.Kubernetes.Status;

public sealed class ObjectDifferenceTests
{
    [Theory]
    [InlineData("""{"spec":{"replicas":2}}""", """{"spec":{"replicas":2,"strategy":{"type":"RollingUpdate"}},"status":{}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"web","image":"a"}]}}""", """{"spec":{"containers":[{"name":"sidecar"},{"name":"web","image":"a","tty":false}]}}""")]
    [InlineData("""{"env":[{"name":"A","value":""}],"ingress":[],"hostNetwork":false,"emptyDir":{}}""", """{"env":[{"name":"A"}]}""")]
    [InlineData("""{"podSelector":{"matchLabels":{}}}""", """{}""")]
    public void Between_WhatServersAndOthersAdd_IsNone(string wanted, string found) => Between(wanted, found).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"spec":{"replicas":2}}""", """{"spec":{"replicas":5}}""", "spec.replicas is 5, not 2")]
    [InlineData("""{"spec":{"paused":true}}""", """{"spec":{}}""", "spec.paused is missing")]
    [InlineData("""{"args":["a","b"]}""", """{"args":["a"]}""", "args has 1 items, not 2")]
    [InlineData("""{"args":["a","b"]}""", """{"args":["b","a"]}""", "args[0] is something else")]
    [InlineData("""{"spec":{"containers":[{"name":"web"}]}}""", """{"spec":{"containers":[{"name":"other"}]}}""", "spec.containers[web] is missing")]
    [InlineData("""{"a":{}}""", """{"a":"x"}""", "a is something else")]
    public void Between_AChange_IsToldByItsPath(string wanted, string found, string told) => Between(wanted, found)[0].ShouldBe(told);

    [Fact]
    public void Between_TextThatChanged_IsNotShown() =>
        Between("""{"env":[{"name":"PASSWORD","value":"old-word"}]}""", """{"env":[{"name":"PASSWORD","value":"new-word"}]}""").ShouldBe(["env[PASSWORD].value is something else"]);

    private static List<string> Between(string wanted, string found) => [.. ObjectDifference.Between(JsonNode.Parse(wanted)!, JsonNode.Parse(found)!)];
}
