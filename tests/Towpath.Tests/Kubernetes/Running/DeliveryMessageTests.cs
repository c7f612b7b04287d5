using System.Text.RegularExpressions;
using Towpath.Core.Kubernetes.Running;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class DeliveryMessageTests
{
    [Fact]
    public void Of_EverythingKnown_TellsIt()
    {
        var story = new DeliveryStory("ann", new string('c', 40), "Sell more", null) { ContentHash = "abc", ConfirmedBy = ["bob (operations)", "eve (security)"] };

        DeliveryMessage.Of("d-7", "ffff", Sample.Desired("1"), story).ShouldBe(
            $"""
            shop/production: r-1

            Deployment d-7 brings r-1 into production.
            Asked for by: ann
            Confirmed by: bob (operations), eve (security)
            Source: {new string('c', 40)} Sell more
            Content: sha256:abc

            Images:
              db sha256:db-1
              api sha256:api-1
              worker sha256:worker-1

            Towpath-Environment: shop/production
            Towpath-Release: r-1
            Towpath-Deployment: d-7 ffff

            """);
    }

    [Fact]
    public void OfRevert_TellsTheReason()
    {
        var text = DeliveryMessage.OfRevert("d-7", "ffff", Sample.Desired("2"), Sample.Desired("1"), "0123", DeliveryStory.None with { Why = "web is not ready" });

        text.ShouldStartWith("Revert \"shop/production: r-2\"\n\nThis reverts commit 0123.\nDeployment d-7 failed; r-1 comes back.\nReason: web is not ready\n");
        text.ShouldEndWith("Towpath-Release: r-1\nTowpath-Reverts: d-7 ffff\n");
    }

    [Fact]
    public void Pattern_OfADeployment_FitsItsOwnMessageAlone()
    {
        Fits("d-1", DeliveryMessage.Of("d-1", "ffff", Sample.Desired("1"), DeliveryStory.None)).ShouldBeTrue();
        Fits("d-1", DeliveryMessage.Of("d-11", "ffff", Sample.Desired("1"), DeliveryStory.None)).ShouldBeFalse();
        Fits("d-1", DeliveryMessage.Of("d-1", "eeee", Sample.Desired("1"), DeliveryStory.None)).ShouldBeFalse();
        Fits("d-1", DeliveryMessage.OfRevert("d-1", "ffff", Sample.Desired("2"), Sample.Desired("1"), "0", DeliveryStory.None)).ShouldBeFalse();
    }

    [Fact]
    public void Pattern_WordsOfOthers_CannotClaimADeployment()
    {
        foreach (var end in new[] { "\n", "\r\n", "\u2028", "\u0085", "\v" })
        {
            var claim = $"x{end}Towpath-Deployment: d-2 ffff";
            var story = new DeliveryStory(claim, "c", claim, claim) { ConfirmedBy = [claim] };
            Fits("d-2", DeliveryMessage.Of("d-1", "ffff", Sample.Desired("1"), story)).ShouldBeFalse();
            Fits("d-2", DeliveryMessage.OfRevert("d-1", "ffff", Sample.Desired("2"), Sample.Desired("1"), "0", story)).ShouldBeFalse();
        }
    }

    private static bool Fits(string id, string message) => Regex.IsMatch(message, DeliveryMessage.PatternOf(id, "ffff"), RegexOptions.Multiline, TimeSpan.FromSeconds(1));
}
