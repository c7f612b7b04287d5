using System.Text;
using Towpath.Core.Applications;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

public sealed class AgreementTests
{
    private const string Gated = "application: shop\nenvironments: { staging: {}, production: { gates: [ agreement ] } }\n";

    [Fact]
    public void HashOf_Text_IsWhatSha256SumSays() =>
        // printf 'abc\n' | sha256sum
        Hash("abc\n").ShouldBe("edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb");

    [Fact]
    public void HashOf_LineEndsOfAnotherMachine_AreTheSameText() => Hash("We test.\r\n\r\nWe answer.\r\n").ShouldBe(Hash("We test.\n\nWe answer.\n"));

    [Theory]
    [InlineData("We test.\n\nWe answer")]
    [InlineData("We test.\n\nWe answer.\n")]
    [InlineData("We test.\r\rWe answer.")]
    [InlineData("We test.\n\nWe answer. ")]
    [InlineData("we test.\n\nWe answer.")]
    [InlineData("\uFEFFWe test.\n\nWe answer.")]
    public void HashOf_AnythingElse_IsAnotherText(string text) => Hash(text).ShouldNotBe(Hash("We test.\n\nWe answer."));

    [Fact]
    public void Read_PathAlone_HasBothUsualSides()
    {
        var application = Read(Gated + "agreement: docs/../AGREEMENT.md\n");

        (application.Agreement!.File, application.Agreement.Hash).ShouldBe(("AGREEMENT.md", Hash("We agree.\n")));
        application.Agreement.Sides.ShouldBe(["dev", "ops"]);
        application.Ladder.Environment("production")!.Gates.Agreement!.Sides.ShouldBe(["dev", "ops"]);
        application.Ladder.Environment("staging")!.Gates.Agreement.ShouldBeNull();
    }

    [Fact]
    public void Read_SidesNamed_AreThoseThatTheGateAsks()
    {
        var application = Read(Gated + "agreement: { file: AGREEMENT.md, sides: [web, ops, sec] }\n");

        application.Agreement!.Sides.ShouldBe(["web", "ops", "sec"]);
        application.Ladder.Environment("production")!.Gates.Agreement!.Sides.ShouldBe(["web", "ops", "sec"]);
    }

    [Fact]
    public void Read_NoAgreement_HasNone() => Read("application: shop\nenvironments: { production: { gates: [ agreement: false ] } }\n").Agreement.ShouldBeNull();

    private static string Hash(string text) => Agreement.HashOf(Encoding.UTF8.GetBytes(text));

    private static Application Read(string ladder) =>
        ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", "services: { web: { image: nginx } }"), ("towpath.yaml", ladder), ("AGREEMENT.md", "We agree.\n")), [])
            .Application.ShouldNotBeNull();
}
