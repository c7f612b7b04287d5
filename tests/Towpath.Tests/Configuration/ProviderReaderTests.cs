using Towpath.Core.Configuration;

namespace Towpath.Tests.Configuration;

public sealed class ProviderReaderTests
{
    private const string Url = "url: https://towpath.example.org\n";

    [Fact]
    public void Read_Whole_IsTaken()
    {
        var provider = Read(
            Url + "login: { oidc: { issuer: 'https://id.example.org/a/', client-id: towpath, client-secret: { file: s }, scopes: [openid, email], claim: nick, accounts: create, groups: { claim: roles, teams: { /platform: ops } } } }\n")
            .Configuration!.Provider!;
        (provider.Issuer, provider.ClientId, provider.NameClaim, provider.CreatesAccounts, provider.GroupsClaim).ShouldBe(("https://id.example.org/a/", "towpath", "nick", true, "roles"));
        provider.Scopes.ShouldBe(["openid", "email"]);
        provider.Teams.ShouldBe([new("/platform", "ops")]);
        provider.ClientSecret!.Reveal().ShouldBe("s");
        provider.ToString().ShouldNotContain("ClientSecret = s,");
    }

    [Fact]
    public void Read_Least_MakesNoAccountsAndTouchesNoTeams()
    {
        var provider = Read(Url + "login: { oidc: { issuer: https://id.example.org, client-id: towpath } }\n").Configuration!.Provider!;
        (provider.ClientSecret, provider.NameClaim, provider.CreatesAccounts, provider.GroupsClaim).ShouldBe((null, "preferred_username", false, null));
        provider.Scopes.ShouldBe(["openid", "profile"]);
    }

    [Theory]
    [InlineData("login: { oidc: { issuer: https://id.example.org, client-id: towpath } }", "TP1048")]
    [InlineData(Url + "login: { oidc: { client-id: towpath } }", "TP1048")]
    [InlineData(Url + "login: { oidc: { issuer: https://id.example.org } }", "TP1048")]
    [InlineData(Url + "login: { oidc: { issuer: http://id.example.org, client-id: towpath } }", "TP4502")]
    [InlineData(Url + "login: { oidc: { issuer: https://id.example.org, client-id: towpath, groups: { teams: { a: 'No Team' } } } }", "TP1047")]
    [InlineData("url: https://example.org/towpath\nlogin: { oidc: { issuer: https://id.example.org, client-id: towpath } }", "TP4502")]
    public void Read_WhatWontDo_IsTold(string text, string code)
    {
        var reading = Read(text + "\n");
        reading.Configuration.ShouldBeNull();
        reading.Diagnostics.Select(d => d.Code).ShouldBe([code]);
    }

    private static ConfigurationReading Read(string text) =>
        ConfigurationReader.Read("server.yaml", System.Text.Encoding.UTF8.GetBytes(text), new ConfigurationInputs(new Dictionary<string, string>(), _ => new SecretFile("s", null)));
}
