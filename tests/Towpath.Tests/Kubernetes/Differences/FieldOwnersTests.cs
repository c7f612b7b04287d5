using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Differences;

namespace Towpath.Tests.Kubernetes.Differences;

public sealed class FieldOwnersTests
{
    // As a real server shows it after a scale, an edit of an image and a change of arguments.
    private static readonly JsonObject Live = (JsonObject)JsonNode.Parse("""
        {
          "metadata": { "managedFields": [
            { "manager": "towpath", "operation": "Apply", "fieldsV1": { "f:spec": { "f:replicas": {}, "f:template": { "f:spec": { "f:containers": { "k:{\"name\":\"web\"}": { ".": {}, "f:name": {} } } } } } } },
            { "manager": "kubectl", "operation": "Update", "subresource": "scale", "fieldsV1": { "f:spec": { "f:replicas": {} } } },
            { "manager": "kubectl-edit", "operation": "Update", "fieldsV1": { "f:spec": { "f:template": { "f:spec": { "f:containers": { "k:{\"name\":\"web\"}": {
                "f:image": {}, "f:args": {}, "f:ports": { "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}": { "f:hostPort": {} } } } } } } } } },
            { "manager": "kube-controller-manager", "operation": "Update", "fieldsV1": { "f:status": { "f:replicas": {} } } }
          ] }
        }
        """)!;

    private static readonly FieldPath Web = FieldPath.Root.At("spec").At("template").At("spec").At("containers").Item("name", "web");

    [Fact]
    public void Of_Field_IsWhoSetIt()
    {
        FieldOwners.Of(Live, FieldPath.Root.At("spec").At("replicas")).ShouldBe(["kubectl"]);
        FieldOwners.Of(Live, Web.At("image")).ShouldBe(["kubectl-edit"]);
    }

    [Fact]
    public void Of_PlaceInAListThatIsSetAsAWhole_IsWhoSetTheList() => FieldOwners.Of(Live, Web.At("args").Item(1)).ShouldBe(["kubectl-edit"]);

    [Fact]
    public void Of_ItemWithSeveralKeys_IsFoundByOneOfThem() => FieldOwners.Of(Live, Web.At("ports").Item("containerPort", 8080).At("hostPort")).ShouldBe(["kubectl-edit"]);

    [Fact]
    public void Of_FieldThatNobodyOrOnlyTowpathSet_IsNobody()
    {
        FieldOwners.Of(Live, Web.At("name")).ShouldBeEmpty();
        FieldOwners.Of(Live, Web.At("resources").At("limits")).ShouldBeEmpty();
        FieldOwners.Of([], Web).ShouldBeEmpty();
    }
}
