using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Ci;

public sealed class CiEvidenceFileTests
{
    private static readonly CiEvidence Green = new(
        "shop", new string('a', 40), Models.Noon, TimeSpan.FromSeconds(12.5),
        [new CiStep("check", true, TimeSpan.FromSeconds(1), null), new CiStep("test:api", true, TimeSpan.FromSeconds(11.5), "12 tests")],
        ImmutableSortedDictionary<string, string>.Empty.Add("api", "sha256:1"),
        new CiPlace(CiSystem.GitLab, "https://gitlab.example.org/team/shop/-/jobs/7", "5", "main", "r1"));

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var red = Green with { Steps = [.. Green.Steps, new CiStep("trial:api", false, TimeSpan.Zero, "trial:api failed")], Images = Green.Images.Clear(), Place = null };
        foreach (var evidence in new[] { Green, red })
        {
            CiEvidenceFile.Read(CiEvidenceFile.Write(evidence), out var read).ShouldBeNull();
            read.ShouldNotBeNull().ShouldBe(evidence with { Steps = read.Steps, Images = read.Images });
            read.Steps.ShouldBe(evidence.Steps);
            read.Images.ShouldBe(evidence.Images);
            read.IsGreen.ShouldBe(evidence == Green);
        }
    }

    [Theory]
    [InlineData("towpath-evidence/1", "towpath-evidence/2", "format")]
    [InlineData("\"application\": \"shop\"", "\"application\": \"../shop\"", "application")]
    [InlineData("aaaaaaaa", "AAAAAAAA", "commit")]
    [InlineData("\"green\"", "\"yes\"", "verdict")]
    [InlineData("\"green\"", "\"red\"", "steps say otherwise")]
    [InlineData("\"succeeded\": true", "\"succeeded\": false", "steps say otherwise")]
    [InlineData("12.5", "1e300", "time")]
    [InlineData("https://", "javascript://", "url")]
    [InlineData("https://", "https://me:secret@", "url")]
    [InlineData("\"gitlab\"", "\"bamboo\"", "system")]
    [InlineData("\"format\"", "\"more\": 1, \"format\"", "form: line 2")]
    [InlineData("\"format\"", "\"commit\": \"b\", \"format\"", "form")]
    [InlineData("\"startedAt\"", "\"startetAt\"", "form")]
    public void Read_WhatWasChanged_IsToldWhy(string old, string now, string why) => CiEvidenceFile.Read(Replaced(old, now), out _).ShouldNotBeNull().ShouldContain(why);

    [Fact]
    public void Read_WhatIsNoEvidence_IsToldWhy()
    {
        foreach (var text in new[] { "", "null", "[]", "{}", "{", "\0", new string(' ', CiEvidenceFile.Longest + 1) })
        {
            CiEvidenceFile.Read(text, out var read).ShouldNotBeNullOrWhiteSpace();
            read.ShouldBeNull();
        }
    }

    [Fact]
    public void Read_AnyTextWithOneCharacterOtherwise_NeverThrows()
    {
        var text = CiEvidenceFile.Write(Green);
        for (var i = 0; i < text.Length; i++)
            foreach (var c in "\"{}[],0-n\u0001")
                Should.NotThrow(() => CiEvidenceFile.Read(string.Create(CultureInfo.InvariantCulture, $"{text[..i]}{c}{text[(i + 1)..]}"), out _));
    }

    private static string Replaced(string old, string now)
    {
        var text = CiEvidenceFile.Write(Green);
        text.ShouldContain(old);
        return text.Replace(old, now, StringComparison.Ordinal);
    }
}
