using Towpath.Core.Contracts.Credentials;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Contracts;

/// <summary>Credentials in a repository. The examples are put together here, so that this file holds none.</summary>
public sealed class CredentialTests
{
    private const string Random36 = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cF3eHk";
    private const string Plain = "services:\n  api:\n    image: a:1\n";

    public static TheoryData<string, string> Tokens() => new()
    {
        { "a GitHub token", "gh" + "p_" + Random36 },
        { "a fine-grained GitHub token", "github" + "_pat_" + Random36 + "_" + Random36 },
        { "a GitLab token", "gl" + "pat-" + Random36[..20] },
        { "an AWS access key", "AK" + "IA" + "Q7RT2WNZ4KXM9PLB" },
        { "a Slack token", "xo" + "xb-290118245511-" + Random36[..24] },
        { "a Slack webhook", "https://hooks.slack" + ".com/services/T024BE7LD/B0987QWEA/" + Random36[..24] },
        { "a Discord webhook", "https://discord" + ".com/api/webhooks/902837465564738291/" + Random36 + Random36[..30] },
        { "a Google API key", "AI" + "za" + Random36[..35] },
        { "a Stripe key", "sk" + "_live_" + Random36[..24] },
        { "an npm token", "np" + "m_" + Random36 },
        { "a PyPI token", "py" + "pi-AgE" + Random36 + Random36 },
        { "a SendGrid key", "S" + "G." + Random36[..22] + "." + Random36 + Random36[..7] },
        { "a JSON web token", "ey" + "J" + Random36 + ".ey" + "J" + Random36 + "." + Random36 },
        { "a private key", "-----BEGIN " + "RSA PRIVATE KEY-----\n" + Random36 + Random36 },
        { "a private key", "key: \"-----BEGIN " + "PRIVATE KEY-----\\n" + Random36 + Random36 },
        { "a password in an address", "postgres://shop:" + "correct-horse-7@db.internal/shop" },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public void Find_WellKnownForm_IsNamedAndNeverShown(string kind, string text)
    {
        CredentialKinds.Find($"x = '{text}'").Select(m => m.Kind.Name).ShouldBe([kind]);

        var shown = DiagnosticWriter.Write(Scene.Compose(Plain, "", ("settings.txt", $"one\nx = {text}\n")).Diagnostics);
        shown.ShouldContain(kind);
        shown.ShouldNotContain(Random36[..16]);
        shown.ShouldNotContain("correct-horse");
    }

    [Theory]
    [InlineData("postgres://shop:shop@db/shop")]
    [InlineData("postgres://shop:${DB_PASSWORD}@db/shop")]
    [InlineData("postgres://user:<password>@db/shop")]
    [InlineData("amqp://guest:guest@queue")]
    [InlineData("https://example.org:8080/a@b")]
    [InlineData("git@github.com:team/repository.git")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("ghp_short")]
    public void Find_WhatOnlyLooksLikeOne_IsPassedOver(string text) => CredentialKinds.Find(text).ShouldBeEmpty();

    [Theory]
    [InlineData("api_key: 'f3b1c09a77de4c5d8e21'", true)]
    [InlineData("\"clientSecret\": \"f3b1c09a77de4c5d8e21\"", true)]
    [InlineData("SECRET_KEY=f3b1c09a77de4c5d8e21", true)]
    [InlineData("token := \"f3b1c09a77de4c5d8e21\"", true)]
    [InlineData("checksum = f3b1c09a77de4c5d8e21", false)]
    [InlineData("password = your-password-goes-here-1", false)]
    [InlineData("password = correcthorsebatterystaple", false)]
    [InlineData("token_url = https://f3b1c09a77de4c5d8e21", false)]
    [InlineData("token = os.environ[\"TOKEN_1234567890ab\"]", false)]
    [InlineData("password = ${f3b1c09a77de4c5d8e21}", false)]
    [InlineData("secretName: web-tls-certificate-2", false)]
    public void Scan_Assignment_IsJudgedByNameAndRandomness(string line, bool isFound) =>
        Scene.Compose(Plain, "", ("a.conf", line + "\n")).Diagnostics.Any(d => d.Code == "TP2302").ShouldBe(isFound);

    [Theory]
    [InlineData("package-lock.json")]
    [InlineData("web/node_modules/x/index.js")]
    [InlineData("a.png")]
    [InlineData("app.min.js")]
    public void Scan_GeneratedOrBinaryFile_IsLeftOut(string path) =>
        Scene.Compose(Plain, "", (path, "token = " + "gh" + "p_" + Random36)).Diagnostics.ShouldNotContain(d => d.Code == "TP2301");

    [Fact]
    public void Scan_AllowedFile_IsLeftOutAndAnEmptyAllowanceTold()
    {
        const string allow = "contract: { credentials: { allow: [ { path: tests/**, because: made up }, { path: gone/*, because: old } ] } }\n";

        var reading = Scene.Compose(Plain, allow, ("tests/deep/key.txt", "gh" + "p_" + Random36));

        reading.Diagnostics.ShouldNotContain(d => d.Code == "TP2301");
        reading.Diagnostics.Single(d => d.Code == "TP2304").Headline.ShouldBe("no file matches `gone/*`");
    }

    [Fact]
    public void Scan_ManyAndLargeFiles_IsBoundedAndTold()
    {
        var files = Enumerable.Range(0, CredentialScan.MostFiles + 1).Select(i => ($"f/{i:00000}.txt", "x")).Append(("big.sql", new string('x', CredentialScan.LargestFile + 1)));

        var told = Scene.Compose(Plain, "", [.. files]).Diagnostics.Where(d => d.Code == "TP2303").Select(d => d.Headline).ToList();

        told.Count.ShouldBe(2);
        told.ShouldContain(t => t.Contains("big.sql", StringComparison.Ordinal));
        told.ShouldContain(t => t.Contains("at most 5000 files", StringComparison.Ordinal));
    }

    [Fact]
    public void Scan_HostileText_StaysQuick()
    {
        var text = string.Concat(Enumerable.Repeat("password=", 40_000)) + new string('a', 100_000) + string.Concat(Enumerable.Repeat("://a:", 10_000));

        Should.CompleteIn(() => Scene.Compose(Plain, "", ("a.txt", text)), TimeSpan.FromSeconds(10));
    }
}
