using System.Text.Json;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Journal;

public sealed class SealAuditTests
{
    [Fact]
    public void After_EveryFactAsWritten_Holds()
    {
        var audit = Audit(Sealed(5));

        (audit.Facts, audit.Broken).ShouldBe((5, null));
        audit.Seal.ShouldBe(Sealed(5)[^1].Seal);
    }

    [Fact]
    public void After_AnyChangeOfAnyFact_IsFoundAtThatFact()
    {
        foreach (var at in Enumerable.Range(0, 5))
            foreach (var change in Changes)
            {
                var facts = Sealed(5);
                facts[at] = change(facts[at]);

                var audit = Audit(facts);

                (audit.Facts, audit.Broken?.Code).ShouldBe((at, "TP4050"));
            }
    }

    [Fact]
    public void After_FactsGoneOrMoved_AreNamed()
    {
        var facts = Sealed(6);

        Audit([.. facts.Where(f => f.Sequence is not (3 or 4))], written: 6).Broken!.Headline.ShouldBe("facts 3 to 4 of the journal are gone");
        Audit([.. facts.Take(5)], written: 6).Broken!.Headline.ShouldBe("fact 6 of the journal is gone");
        Audit([], written: 6).Broken!.Code.ShouldBe("TP4051");
        Audit([.. facts.Select((f, i) => i is 2 or 3 ? facts[5 - i] with { Sequence = f.Sequence } : f)]).Broken!.Code.ShouldBe("TP4050");
    }

    [Fact]
    public void After_WrittenAnewWithNewSeals_ShowsAtANotedSealOnly()
    {
        var noted = new SealAnchor(4, Sealed(6)[3].Seal);
        var forged = Sealed(6, text: i => i == 2 ? "another" : $"fact {i}");

        Audit(forged).Broken.ShouldBeNull();
        Audit(forged, anchor: noted).Broken!.Code.ShouldBe("TP4052");
        Audit(Sealed(6), anchor: noted).Broken.ShouldBeNull();
        Audit([.. forged.Take(3)], written: 3, anchor: noted).Broken!.Code.ShouldBe("TP4051");
    }

    [Theory]
    [InlineData("12:0123456789abcdef", true)]
    [InlineData("0:0123456789abcdef", false)]
    [InlineData("12:0123456789abcde", false)]
    [InlineData("12:0123456789ABCDEF", false)]
    [InlineData("12", false)]
    [InlineData("-1:0123456789abcdef", false)]
    [InlineData("1:2:0123456789abcdef", false)]
    public void Parse_Anchor(string text, bool isOne) => (SealAnchor.Parse(text)?.ToString()).ShouldBe(isOne ? text : null);

    private static Func<SealedFact, SealedFact>[] Changes =>
    [
        f => f with { Content = f.Content.Replace("fact", "tale", StringComparison.Ordinal) },
        f => f with { Content = "{}" },
        f => f with { Content = "not JSON" },
        f => f with { Seal = f.Seal[..^1] + (f.Seal[^1] == '0' ? '1' : '0') },
        f => f with { Keys = f.Keys with { Application = "other" } },
        f => f with { Keys = f.Keys with { At = f.Keys.At.AddDays(1) } },
        f => f with { Keys = f.Keys with { Environment = "production" } },
    ];

    private static SealAudit Audit(List<SealedFact> facts, long? written = null, SealAnchor? anchor = null) =>
        facts.Aggregate(SealAudit.Start, (audit, fact) => audit.After(fact, anchor)).End(written ?? facts.Count, anchor);

    private static List<SealedFact> Sealed(int count, Func<int, string>? text = null)
    {
        var seal = SealedFact.NoSeal;
        return [.. Enumerable.Range(1, count).Select(i =>
        {
            var fact = Models.Fact() with { Text = text?.Invoke(i) ?? $"fact {i}" };
            var content = JsonSerializer.Serialize(fact, JournalJson.Default.Fact);
            seal = SealedFact.SealOf(seal, i, content);
            return new SealedFact(i, content, FactKeys.Of(fact), seal);
        })];
    }
}
