using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Diagnostics;

public sealed class VeilTests
{
    private static readonly Location Place = new("compose.yaml", 4, 9, 4, 20);

    [Fact]
    public void Add_ValueOfAVariable_ShowsTheTemplate()
    {
        var diagnostic = Told(ValueDiagnostics.BadDuration(Place, "timeout", "hunter2"), "hunter2", "${PASSWORD}");

        diagnostic.Headline.ShouldBe("timeout is no duration: `${PASSWORD}`");
    }

    [Fact]
    public void Add_PartOfAValue_ShowsTheTemplate()
    {
        var diagnostic = Told(ValueDiagnostics.BadPort(Place, "hunter2:80", "`hunter2` is no host port"), "hunter2:80", "${HOST}:80");

        DiagnosticWriter.Write([diagnostic]).ShouldNotContain("hunter2");
        diagnostic.Headline.ShouldBe("`${HOST}:80` is no port: `${HOST}:80` is no host port");
    }

    [Fact]
    public void Add_ShortValue_LeavesTheSentence()
    {
        var diagnostic = Told(ValueDiagnostics.BadNumber(Place, "a port", "a", 1, 9), "a", "$X");

        diagnostic.Headline.ShouldBe("a port must be a number from 1 to 9, but is `$X`");
    }

    [Fact]
    public void Add_OtherPlace_IsLeft()
    {
        var bag = new DiagnosticBag();
        bag.Hide("compose.yaml", 1, 1, "hunter2", "$X");
        bag.Add(ValueDiagnostics.BadDuration(Place, "timeout", "hunter2"));

        bag.ToSorted()[0].Headline.ShouldContain("hunter2");
    }

    private static Diagnostic Told(Diagnostic diagnostic, string value, string template)
    {
        var bag = new DiagnosticBag();
        bag.Hide(Place.File, Place.Line, Place.Column, value, template);
        bag.Add(diagnostic);
        return bag.ToSorted()[0];
    }
}
