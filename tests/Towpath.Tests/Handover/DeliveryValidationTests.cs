using Towpath.Core.Applications;
using Towpath.Core.Handover;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Handover;

public sealed class DeliveryValidationTests
{
    private static readonly TrialFindings Seen = new("ready after 1.0 s", "/healthz: it answered 200", Wrote: true);

    private static readonly DeliveredImage Good = new("api", 20_000_000, "app", IsSigned: true, Seen, null);

    private static readonly Ladder Strict = Of(new ImageGateSpec(30_000_000, NonRoot: false, HasSignature: false), new ImageGateSpec(10_000_000, NonRoot: true, HasSignature: false));

    [Fact]
    public void Of_ImageAsAllAsk_PassesEachCheckInItsOrder()
    {
        var validation = DeliveryValidation.Of([Good], Of(default(ImageGateSpec)));

        validation.Services.Single().Checks.Select(c => c.Name).ShouldBe(DeliveryValidation.CheckNames);
        validation.Services.Single().Checks.ShouldAllBe(c => c.Verdict == CheckVerdict.Passed);
        validation.Failures.ShouldBeEmpty();
        validation.NotTried.ShouldBeEmpty();
    }

    [Fact]
    public void Of_ServiceWithoutATrial_IsNotTriedForAReasonAndIsNoFailure()
    {
        var validation = DeliveryValidation.Of([Good with { Trial = null, WhyNotTried = "its trial is switched off" }], Of(default(ImageGateSpec)));

        validation.Services.Single().Checks.Take(3).ShouldAllBe(c => c.Verdict == CheckVerdict.NotTried && c.Evidence == "its trial is switched off");
        validation.NotTried.ShouldBe(["api"]);
        validation.Failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("logs", "api: logs: it wrote nothing to stdout or stderr while it was tried")]
    [InlineData("size", "api: size: 20 MB of at most 10 MB in e1")]
    [InlineData("user", "api: user: it runs as root, and e1 asks for another user")]
    [InlineData("signature", "api: signature: no valid signature of this control plane")]
    public void Of_ImageThatIsNotAsTheStrictestAsks_FailsThatCheckAlone(string check, string told)
    {
        var small = Good with { Bytes = 1 };
        var image = check switch
        {
            "logs" => small with { Trial = Seen with { Wrote = false } },
            "size" => Good,
            "user" => small with { User = "0:0" },
            _ => small with { IsSigned = false },
        };

        DeliveryValidation.Of([image], Strict).Failures.ShouldBe([told]);
    }

    [Fact]
    public void Of_RootWhereNobodyAsks_Passes() => DeliveryValidation.Of([Good with { User = "" }], Of(default(ImageGateSpec))).Failures.ShouldBeEmpty();

    private static Ladder Of(params ImageGateSpec?[] gates) =>
        new([.. gates.Select((g, i) => new EnvironmentSpec { Name = $"e{i}", Location = Models.At(), Gates = new GateSpecs { Image = g } })]);
}
