using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class AgreementSigningTests
{
    private static readonly Agreement Text = new("AGREEMENT.md", "0123456789abcdef" + new string('7', 48), ["dev", "ops"]);
    private static readonly SignatureEvidence Bens = new("dev", "ben", Sample.Start);

    [Theory]
    [InlineData("dev", "ben", "01234567")]
    [InlineData("ops", "ann", "0123456789ABCDEF")]
    [InlineData("ops", "ann", "0123456789abcdef777777777777777777777777777777777777777777777777")]
    public void Check_WhoMay_Passes(string side, string actor, string hash) => Should.NotThrow(() => AgreementSigning.Check(Text, [Bens], side, actor, hash));

    [Theory]
    [InlineData("ops", "ann", "0123456", "TP4621", ExitCode.Usage)]
    [InlineData("ops", "ann", "", "TP4621", ExitCode.Usage)]
    [InlineData("ops", "ann", "0123456x", "TP4621", ExitCode.Usage)]
    [InlineData("ops", "ann", "0123456789abcdef7777777777777777777777777777777777777777777777777", "TP4621", ExitCode.Usage)]
    [InlineData("web", "ann", "01234567", "TP4622", ExitCode.NotFound)]
    [InlineData("ops", "ann", "01234568", "TP4623", ExitCode.GateClosed)]
    [InlineData("ops", "ben", "01234567", "TP4624", ExitCode.Forbidden)]
    [InlineData("dev", "kim", "01234567", "TP4625", ExitCode.GateClosed)]
    public void Check_WhoMayNot_IsToldWhy(string side, string actor, string hash, string code, ExitCode exitCode)
    {
        var refused = Should.Throw<DiagnosticException>(() => AgreementSigning.Check(Text, [Bens], side, actor, hash));

        (refused.Diagnostics.Single().Code, refused.ExitCode).ShouldBe((code, exitCode));
    }

    [Fact]
    public void Missing_OneHasSigned_AreTheOthers() => AgreementSigning.Missing(Text, [Bens]).ShouldBe(["ops"]);
}
