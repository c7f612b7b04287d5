using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Diagnostics;

public sealed class DiagnosticWriterTests
{
    private static readonly Diagnostic Sample = new(
        "TP1030",
        Severity.Error,
        "unknown key `imagee` in a service",
        new Location("compose.yaml", 12, 5, 12, 11, "    imagee: nginx"),
        "not known",
        ["first note", "second note"],
        "did you mean `image`?");

    [Fact]
    public void Write_WholeDiagnostic_ShowsThePlace() => DiagnosticWriter.Write(Sample).ShouldBe(
        """
        error[TP1030]: unknown key `imagee` in a service
          --> compose.yaml:12:5
           |
        12 |     imagee: nginx
           |     ^^^^^^ not known
           = note: first note
           = note: second note
           = help: did you mean `image`?

        """);

    [Fact]
    public void Write_WithoutPlace_ShowsHeadline() =>
        DiagnosticWriter.Write(Sample with { Location = null, Notes = [], Help = null }).ShouldBe("error[TP1030]: unknown key `imagee` in a service\n");

    [Fact]
    public void Write_Color_ChangesNoText()
    {
        var colored = DiagnosticWriter.Write(Sample, color: true);

        colored.ShouldContain("\e[1;31merror[TP1030]\e[0m");
        System.Text.RegularExpressions.Regex.Replace(colored, "\e\\[[0-9;]*m", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))
            .ShouldBe(DiagnosticWriter.Write(Sample));
    }

    [Fact]
    public void Write_TabsAndLongSpan_KeepsTheMarkUnderItsText()
    {
        var text = DiagnosticWriter.Write(Sample with { Location = new Location("a", 1, 2, 3, 1, "\tkey: [") });

        text.ShouldContain("1 | \tkey: [\n  | \t^^^^^^ not known\n");
    }

    [Fact]
    public void Write_EscapeSequenceInText_IsNotPrinted() =>
        DiagnosticWriter.Write(Sample with { Headline = "a \e[31m b", Location = Sample.Location! with { Excerpt = "\e]0;x\a" } }).ShouldNotContain("\e");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(500, 600)]
    public void Write_ColumnOutsideTheLine_DoesNotThrow(int column, int end) =>
        DiagnosticWriter.Write(Sample with { Location = new Location("a", 1, column, 1, end, "short") }).ShouldContain("^");

    [Fact]
    public void WriteLine_Diagnostic_IsClickable() => DiagnosticWriter.WriteLine(Sample).ShouldBe("compose.yaml:12:5: error[TP1030]: unknown key `imagee` in a service");

    [Fact]
    public void Json_Diagnostic_HasItsPlace() => DiagnosticsJson.Write([Sample with { Help = null }]).ShouldBe(
        """[{"code":"TP1030","severity":"Error","headline":"unknown key \u0060imagee\u0060 in a service","location":{"file":"compose.yaml","line":12,"column":5,"endLine":12,"endColumn":11,"excerpt":"    imagee: nginx"},"label":"not known","notes":["first note","second note"]}]""");

    [Theory]
    [InlineData("enviroment", "environment")]
    [InlineData("prots", "ports")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Nearest_Written_IsWhatWasMeant(string written, string? expected) =>
        Suggest.Nearest(written, ["environment", "ports", "port", "image"]).ShouldBe(expected);

    [Theory]
    [InlineData("a", "a", 0)]
    [InlineData("ab", "ba", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_TwoWords_CountsEdits(string left, string right, int expected) => Suggest.Distance(left, right).ShouldBe(expected);

    [Fact]
    public void Find_AnyCase_GivesThePage()
    {
        DiagnosticPages.Find("tp1030").ShouldNotBeNull().ShouldStartWith("# TP1030: ");
        DiagnosticPages.Find("TP0000").ShouldBeNull();
    }

    [Fact]
    public void ToSorted_SamePlaceTwice_KeepsOne()
    {
        var bag = new DiagnosticBag();
        bag.Add(Sample);
        bag.Add(Sample with { Location = Sample.Location! with { Line = 3 } });
        bag.Add(Sample);

        bag.ToSorted().Select(d => d.Location!.Line).ShouldBe([3, 12]);
    }
}
