using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Releases;

public sealed class AgreementChangeTests
{
    private static readonly Agreement One = new("AGREEMENT.md", new string('1', 64), ["dev", "ops"]);
    private static readonly Agreement Two = One with { Hash = new string('2', 64) };

    [Fact]
    public void Between_OtherText_SaysWhichAndWhoSignsAnew()
    {
        var after = With(Two);
        AgreementChange.Between(With(One), after).ShouldBe(
            $"{after.Id} changes the agreement from AGREEMENT.md 111111111111 to AGREEMENT.md 222222222222: dev and ops sign it anew");
    }

    [Fact]
    public void Between_FirstTextAndLastText_AreChangesToo()
    {
        AgreementChange.Between(With(null), With(One))!.ShouldEndWith("brings the agreement AGREEMENT.md 111111111111: dev and ops sign it");
        AgreementChange.Between(With(One), With(null))!.ShouldEndWith("brings no agreement any more; before it was AGREEMENT.md 111111111111");
    }

    [Fact]
    public void Between_SameTextOrNoReleaseBefore_IsNone()
    {
        AgreementChange.Between(With(One), With(One with { File = "docs/AGREEMENT.md" })).ShouldBeNull();
        AgreementChange.Between(With(null), With(null)).ShouldBeNull();
        AgreementChange.Between(null, With(One)).ShouldBeNull();
    }

    private static Release With(Agreement? agreement) => ReleaseBuilder.Create(
        Models.Application(Models.Image("db", "postgres:15")) with { Agreement = agreement }, new string('a', 40), "A change", Models.Images(("db", '1')), Models.Noon);
}
