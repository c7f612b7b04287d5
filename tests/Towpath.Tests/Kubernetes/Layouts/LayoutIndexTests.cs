using Towpath.Core.Kubernetes.Layouts;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class LayoutIndexTests
{
    [Fact]
    public void Parse_WhatWasWritten_KnowsTheTextOfEachPath()
    {
        var index = LayoutIndex.Parse(LayoutIndex.Of([new LayoutFile("a b.yaml", "one\n"), new LayoutFile("c/d.yaml", "two\n")]).ToString());

        index.Paths.ShouldBe(["a b.yaml", "c/d.yaml"]);
        index.Wrote("a b.yaml", "one\n").ShouldBeTrue();
        index.Wrote("a b.yaml", "two\n").ShouldBeFalse();
        index.Wrote("e.yaml", "one\n").ShouldBeFalse();
    }

    [Fact]
    public void Of_WithWhatWasBefore_KnowsBothTexts()
    {
        var before = LayoutIndex.Of([new LayoutFile("a", "old"), new LayoutFile("b", "gone")]);

        var index = LayoutIndex.Parse(LayoutIndex.Of([new LayoutFile("a", "new")], before).ToString());

        index.Wrote("a", "old").ShouldBeTrue();
        index.Wrote("a", "new").ShouldBeTrue();
        index.Wrote("b", "gone").ShouldBeTrue();
    }

    [Fact]
    public void Parse_LinesThatSayNothing_ArePassedOver() =>
        LayoutIndex.Parse($"rubbish\n{new string('g', 64)}  a\n{new string('0', 64)} b\n{new string('0', 64)}  c\n").Paths.ShouldBe(["c"]);
}
