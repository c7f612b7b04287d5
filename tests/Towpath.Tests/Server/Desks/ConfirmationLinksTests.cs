using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Desks;

/// <summary>Links in announcements.</summary>
public sealed class ConfirmationLinksTests : IDisposable
{
    private readonly ServerScene _scene = new();

    public ConfirmationLinksTests()
    {
        _scene.Ship("r-1");
        _scene.Arrive("staging", "r-1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Beside_WhatWaits_HasALinkForEachRoleThatIsMissing()
    {
        var links = Links("https://towpath.example.org/");
        var beside = links.Beside(Waiting);
        beside.Select(f => f.Name).ShouldBe(["Confirm as dev", "Confirm as ops"]);
        links.Open(beside[0].Value.Split("link=")[1]).ShouldSatisfyAllConditions(
            l => (l.Application, l.Environment, l.Release, l.Role).ShouldBe(("shop", "production", "r-1", "dev")), l => l.ExpiresAt.ShouldBe(_scene.Time.Now.AddDays(1)));

        _scene.Store.SaveConfirmation(
            new ConfirmationRecord("shop", "production", "r-1", "dev", "ben", _scene.Time.Now, links.Open(beside[0].Value.Split("link=")[1]).Covers), Models.Fact());
        links.Beside(Waiting).Select(f => f.Name).ShouldBe(["Confirm as ops"]);
    }

    [Fact]
    public void Beside_WithoutAnAddressOrNothingToConfirm_IsNothing()
    {
        Links(null).Beside(Waiting).ShouldBeEmpty();
        var links = Links("https://towpath.example.org/");
        links.Beside(Waiting with { Kind = FactKind.ReleaseCreated }).ShouldBeEmpty();
        links.Beside(Waiting with { Environment = "staging" }).ShouldBeEmpty();
        links.Beside(Waiting with { Environment = "gone" }).ShouldBeEmpty();
        links.Beside(Waiting with { Release = "r-9" }).ShouldBeEmpty();
        links.Beside(Waiting with { Application = "gone" }).ShouldBeEmpty();
    }

    [Fact]
    public void Make_WhatCanNotBe_IsRefused()
    {
        Code(() => Links(null).Make("shop", new LinkRequest("production", "r-1", "dev", "ben"))).ShouldBe("TP4734");
        Code(() => Links("https://towpath.example.org/").Make("shop", new LinkRequest("production", "r-1", "chef", "ben"))).ShouldBe("TP4007");
        Code(() => Links("https://towpath.example.org/").Make("shop", new LinkRequest("production", "r-9", "dev", "ben"))).ShouldBe("TP4003");
    }

    private static Fact Waiting => new()
    {
        At = Models.Noon,
        Kind = FactKind.ReleaseWaiting,
        Application = "shop",
        Environment = "production",
        Release = "r-1",
        Text = "r-1 waits",
    };

    private ConfirmationLinks Links(string? address) => new(address is null ? null : new Uri(address), new byte[32], _scene.Store, _scene.Gates, _scene.Time);

    private static string Code(Action action) => Should.Throw<DiagnosticException>(action).Diagnostics[0].Code;
}
