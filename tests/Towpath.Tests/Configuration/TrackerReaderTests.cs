using System.Text;
using Towpath.Core.Configuration;
using Towpath.Core.Trackers;

namespace Towpath.Tests.Configuration;

public sealed class TrackerReaderTests
{
    private const string Canary = "CANARY-0123456789-SECRET";
    private const string Rest = "token: \"${KEY}\", accounts: { Ben.There: ben }";

    [Fact]
    public void Read_Trackers_AreTakenAndAreChannels()
    {
        var configuration = Reading($$"""
            trackers:
              - { name: forge, kind: gitlab, url: "https://git.example.org/api/v4/", project: a/b/c, token: { file: x }, applications: [shop, office], label: "to do", every: 1s, secret: { file: x }, accounts: { Ben.There: ben } }
              - { name: shop, kind: github, project: octo/shop.web, {{Rest}} }
              - { name: third, kind: gitlab, project: 17, {{Rest}}, applications: shop }
            """).Configuration.ShouldNotBeNull();
        var trackers = configuration.Trackers.ToList();

        var first = trackers[0];
        (first.Name, first.Kind, first.Url.ToString(), first.Project, first.Label, first.Every).ShouldBe(("forge", TrackerKind.GitLab, "https://git.example.org/api/v4/", "a/b/c", "to do", TimeSpan.FromSeconds(10)));
        (first.Token(), first.HookKey!(), first.Accounts["ben.there"]).ShouldBe((Canary, Canary, "ben"));
        first.Applications.ShouldBe(["shop", "office"]);
        (trackers[1].Url.ToString(), trackers[1].Label, trackers[1].HookKey, trackers[1].Applications.Single()).ShouldBe(("https://api.github.com/", "deploy-request", null, "shop"));
        (trackers[2].Url.ToString(), trackers[2].Project).ShouldBe(("https://gitlab.com/api/v4/", "17"));
        configuration.Channels.Select(c => c.Name).ShouldBe(["forge", "shop", "third"]);
        configuration.Channels[0].ToString().ShouldNotContain("CANARY");
    }

    [Theory]
    [InlineData("name: a, kind: gitlab, project: a/b, " + Rest + " }\n  - { name: a, kind: gitlab, project: a/c, " + Rest, "TP4850")]
    [InlineData("name: taken, kind: gitlab, project: a/b, " + Rest, "TP4850")]
    [InlineData("name: watched, kind: gitlab, project: a/b, " + Rest, "TP4850")]
    [InlineData("name: a, kind: github, project: a, " + Rest, "TP4851")]
    [InlineData("name: a, kind: github, project: a/b/c, " + Rest, "TP4851")]
    [InlineData("name: a, kind: gitlab, project: shop, " + Rest, "TP4851")]
    [InlineData("name: a, kind: gitlab, project: a/../b, " + Rest, "TP4851")]
    [InlineData("name: a, kind: gitlab, project: \"a/b?x\", " + Rest, "TP4851")]
    [InlineData("name: a, kind: gitlab, project: a/b, label: \"x,y\", " + Rest, "TP4852")]
    [InlineData("name: a, kind: gitlab, project: a/b, accounts: { x: y }, token: \"${BAD}\"", "TP4852")]
    [InlineData("name: a, kind: gitlab, project: a/b, url: \"http://git.example.org/api/v4\", " + Rest, "TP4502")]
    [InlineData("name: a, kind: gitlab, project: a/b, secret: \"${SHORT}\", " + Rest, "TP4508")]
    [InlineData("name: a, kind: jira, project: a/b, " + Rest, null)]
    [InlineData("name: a, kind: gitlab, " + Rest, null)]
    public void Read_WhatCantBe_IsToldWithoutSecrets(string tracker, string? code)
    {
        var reading = Reading($"announce:\n  - {{ name: taken, kind: slack, url: \"${{URL}}\" }}\nsources:\n  - {{ name: watched, url: \"https://git.example.org/x\" }}\ntrackers:\n  - {{ {tracker} }}\n");
        reading.Configuration.ShouldBeNull();
        if (code is not null) reading.Diagnostics.Select(d => d.Code).ShouldContain(code);
        string.Concat(reading.Diagnostics.Select(d => d.ToString())).ShouldNotContain("CANARY");
    }

    [Fact]
    public void Read_WithoutAccounts_IsAWarning()
    {
        var reading = Reading("trackers:\n  - { name: a, kind: gitlab, project: a/b, token: \"${KEY}\" }\n");
        reading.Diagnostics.Select(d => d.Code).ShouldBe(["TP4853"]);
        reading.Configuration.ShouldNotBeNull();
    }

    private static ConfigurationReading Reading(string text) => ConfigurationReader.Read(
        "server.yaml", Encoding.UTF8.GetBytes(text),
        new ConfigurationInputs(new Dictionary<string, string> { ["KEY"] = Canary, ["BAD"] = Canary + "\nX: y", ["SHORT"] = "short", ["URL"] = "https://chat.example.org/CANARY" }, _ => new SecretFile(Canary, null)));
}
