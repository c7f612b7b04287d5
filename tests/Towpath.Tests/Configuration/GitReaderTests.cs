using System.Text;
using Towpath.Core.Configuration;

namespace Towpath.Tests.Configuration;

public sealed class GitReaderTests
{
    [Fact]
    public void Read_WhatIsSaid_IsTaken_AndTheRestIsAsUsual()
    {
        Reading("git: { branch: release/2, max-push: 512m }").Configuration!.Git.ShouldBe(new GitSettings { Branch = "release/2", MostBytes = 512L * 1024 * 1024 });
        Reading("git: { max-push: 1 }").Configuration!.Git.MostBytes.ShouldBe(1024 * 1024);
        Reading("announce: []").Configuration!.Git.ShouldBe(new GitSettings());
    }

    [Theory]
    [InlineData("git: { branch: \"a b\" }", "TP4796")]
    [InlineData("git: { branch: --upload-pack=x }", "TP4796")]
    [InlineData("git: { brunch: main }", "TP1030")]
    public void Read_WhatCantBe_IsTold(string text, string code) => Reading(text).Diagnostics.Select(d => d.Code).ShouldContain(code);

    private static ConfigurationReading Reading(string text) =>
        ConfigurationReader.Read("server.yaml", Encoding.UTF8.GetBytes(text), new ConfigurationInputs(new Dictionary<string, string>(), _ => new SecretFile(null, "none")));
}
