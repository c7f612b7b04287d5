using Towpath.Core.Kubernetes.Running;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class SlotWeightsTests
{
    [Theory]
    [InlineData("stable=100,canary=0", "stable", false, 0)]
    [InlineData("stable=100,canary=25", null, true, 20)]
    [InlineData("stable=100,canary=25,by=route", "stable", true, 20)]
    [InlineData("stable=0,canary=100", "canary", false, 100)]
    [InlineData("stable=0,canary=100,by=route", "canary", false, 100)]
    [InlineData("canary=100", "canary", false, 100)]
    public void Parse_Weights_AreWhatTheServiceChooses(string text, string? track, bool isMixed, double percent)
    {
        var weights = SlotWeights.Parse(text).ShouldNotBeNull();

        weights.ToString().ShouldBe(text);
        weights.Track.ShouldBe(track);
        weights.IsMixed.ShouldBe(isMixed);
        weights.Percent.ShouldBe(percent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("stable=100")]
    [InlineData("canary=-1")]
    [InlineData("canary=much")]
    public void Parse_WhatIsNone_IsNull(string? text) => SlotWeights.Parse(text).ShouldBeNull();
}
