using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Diagnostics;

public sealed class FixPlanTests
{
    private const string Text = "one two\r\nthree\r\n";

    [Fact]
    public void Make_OfEditsThatAreApart_AppliesThemAll() =>
        Make(Edit(1, 1, 4, "1"), Edit(1, 5, 8, "2"), Edit(2, 1, 6, "3")).Texts["a"].ShouldBe("1 2\r\n3\r\n");

    [Fact]
    public void Make_OfAnOverlap_TakesTheFirstAndTellsTheOther()
    {
        var plan = Make(Edit(1, 1, 4, "1"), Edit(1, 3, 8, "2"));
        plan.Texts["a"].ShouldBe("1 two\r\nthree\r\n");
        plan.Skipped.Single().Headline.ShouldBe("2");
    }

    [Fact]
    public void Make_OfTwoInsertionsAtOnePlace_TakesTheFirst() =>
        Make(Edit(1, 5, 5, "a "), Edit(1, 5, 5, "b ")).Texts["a"].ShouldBe("one a two\r\nthree\r\n");

    [Fact]
    public void Make_OfTheSameEditTwice_AppliesItOnce()
    {
        var plan = Make(Edit(1, 1, 4, "1"), Edit(1, 1, 4, "1"));
        plan.Texts["a"].ShouldBe("1 two\r\nthree\r\n");
        plan.Applied.Length.ShouldBe(2);
    }

    [Fact]
    public void Make_OfANewLine_WritesTheLineEndOfTheFile() =>
        Make(Edit(2, 1, 1, "more\n")).Texts["a"].ShouldBe("one two\r\nmore\r\nthree\r\n");

    [Fact]
    public void Make_WhereTheLineIsAnotherOne_LeavesTheFile()
    {
        var plan = Make(new Edit(new Location("a", 1, 1, 1, 4, "uno due"), "1"));
        plan.Texts.ShouldBeEmpty();
        plan.Skipped.ShouldHaveSingleItem();
    }

    [Fact]
    public void Make_WhereOneEditOfAFixIsImpossible_AppliesNoneOfIt()
    {
        var fix = new Fix("both", Edit(1, 1, 4, "1"), new Edit(new Location("gone", 1, 1, 1, 2), "x"));
        FixPlan.Make([new Diagnostic("TP9999", Severity.Error, "both", Fix: fix)], path => path == "a" ? Text : null).Texts.ShouldBeEmpty();
    }

    private static Edit Edit(int line, int from, int to, string text) => new(new Location("a", line, from, line, to), text);

    private static FixPlan Make(params Edit[] edits) =>
        FixPlan.Make(edits.Select(edit => new Diagnostic("TP9999", Severity.Error, edit.Replacement.Trim(), Fix: new Fix("do it", edit))), path => path == "a" ? Text : null);
}
