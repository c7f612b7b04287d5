using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Server;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>What of a ladder decides who gets into an environment, and so is not for everybody who ships.</summary>
public sealed class ChangedGuardsTests
{
    private static readonly Ladder Before = ServerScene.Rungs;
    private static readonly SloSpec Slo = new(0.5, null, 0.5, SloSpec.UsualWindow, Models.At());
    private static readonly VerificationProbe Probe = new("smoke", "/", 200, null, TimeSpan.FromSeconds(5), Models.At());

    [Fact]
    public void ChangedGuards_NewApplicationOrSameLadder_IsNone()
    {
        ChangedGuards.Of(null, Before).ShouldBeEmpty();
        ChangedGuards.Of(Before, new Ladder([.. Before.Environments.Select(e => e with { })])).ShouldBeEmpty();
    }

    [Fact]
    public void ChangedGuards_WhatIsNoGuard_IsNone()
    {
        Changed("production", e => e with { Location = new Location("towpath.yaml", 9, 9, 9, 9, "x"), Port = 8080, Strategy = StrategySpec.Default, ReadyTimeout = TimeSpan.FromSeconds(5) }).ShouldBeEmpty();
        var window = Before.Environments[2].Gates with { Window = Window(1) };
        var moved = Before.Environments[2].Gates with { Window = Window(7) };
        ChangedGuards.Of(With("production", e => e with { Gates = window }), With("production", e => e with { Gates = moved })).ShouldBeEmpty();
    }

    [Fact]
    public void ChangedGuards_GatesOrEnteringByItself_NamesTheEnvironment()
    {
        Changed("staging", e => e with { Gates = e.Gates with { Soak = TimeSpan.FromMinutes(1) } }).ShouldBe(["staging"]);
        Changed("production", e => e with { Gates = GateSpecs.None }).ShouldBe(["production"]);
        Changed("production", e => e with { Gates = e.Gates with { Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: false) } }).ShouldBe(["production"]);
        Changed("production", e => e with { Automatic = true }).ShouldBe(["production"]);
        Changed("production", e => e with { Gates = e.Gates with { Window = Window(1) } }).ShouldBe(["production"]);
    }

    [Fact]
    public void ChangedGuards_RepositoryOfTheObjectsOrItsLogin_NamesTheEnvironment()
    {
        var git = new GitDeliverySpec("https://git.example.org/e.git") { PasswordSecret = "git-token" };
        Ladder Delivered(GitDeliverySpec? to) => With("production", e => e with { Engine = EngineKind.Kubernetes, Kubernetes = new KubernetesSpec { Host = "shop.example.org", Git = to } });

        Delivered(git).ShouldSatisfyAllConditions(
            before => ChangedGuards.Of(before, Delivered(git with { Url = "https://elsewhere.example.org/e.git" })).ShouldBe(["production"]),
            before => ChangedGuards.Of(before, Delivered(git with { PasswordSecret = "other" })).ShouldBe(["production"]),
            before => ChangedGuards.Of(before, Delivered(git with { Branch = "live" })).ShouldBe(["production"]),
            before => ChangedGuards.Of(before, Delivered(null)).ShouldBe(["production"]),
            before => ChangedGuards.Of(before, Delivered(git with { Within = TimeSpan.FromMinutes(1), Location = Models.At() })).ShouldBeEmpty());
        ChangedGuards.Of(Before, Delivered(git)).ShouldBe(["production"]);
    }

    [Fact]
    public void ChangedGuards_FewerSidesThatSign_NamesTheEnvironment()
    {
        var signed = With("production", e => e with { Gates = e.Gates with { Agreement = new AgreementGateSpec(["dev", "ops"]) } });
        var less = With("production", e => e with { Gates = e.Gates with { Agreement = new AgreementGateSpec(["dev", "web"]) } });
        ChangedGuards.Of(signed, less).ShouldBe(["production"]);
        ChangedGuards.Of(signed, Before).ShouldBe(["production"]);
        ChangedGuards.Of(signed, With("production", e => e with { Gates = e.Gates with { Agreement = new AgreementGateSpec(["dev", "ops"]) } })).ShouldBeEmpty();
    }

    [Fact]
    public void ChangedGuards_TheEnvironmentBelow_CountsForTheOneAbove()
    {
        // Staging's soak judges by what development promises; production has no soak.
        Changed("development", e => e with { Slo = Slo }).ShouldBe(["staging"]);
        Changed("staging", e => e with { Slo = Slo }).ShouldBeEmpty();
        var verified = With("production", e => e with { Gates = e.Gates with { Verification = true } });
        var less = new Ladder([.. verified.Environments.Select(e => e.Name == "staging" ? e with { Verify = [Probe] } : e)]);
        ChangedGuards.Of(verified, less).ShouldBe(["production"]);
        ChangedGuards.Of(Before, new Ladder([.. Before.Environments.Select(e => e.Name == "staging" ? e with { Verify = [Probe] } : e)])).ShouldBeEmpty();
        var budget = With("production", e => e with { Gates = e.Gates with { Budget = 0.5 } });
        ChangedGuards.Of(budget, new Ladder([.. budget.Environments.Select(e => e.Name == "production" ? e with { Slo = Slo } : e)])).ShouldBe(["production"]);
        ChangedGuards.Of(Before, new Ladder([Before.Environments[0], Before.Environments[2]])).ShouldBe(["production"]);
        ChangedGuards.Of(Before, new Ladder([.. Before.Environments, new EnvironmentSpec { Name = "space", Location = Models.At() }])).ShouldBeEmpty();
    }

    private static IReadOnlyList<string> Changed(string environment, Func<EnvironmentSpec, EnvironmentSpec> change) => ChangedGuards.Of(Before, With(environment, change));

    private static Ladder With(string environment, Func<EnvironmentSpec, EnvironmentSpec> change) =>
        new([.. Before.Environments.Select(e => e.Name == environment ? change(e) : e)]);

    private static WindowSpec Window(int line) => new(
        [DayOfWeek.Monday], new TimeOnly(9, 0), new TimeOnly(16, 0), "Europe/Brussels", [], new Location("towpath.yaml", line, 1, line, 2, "x"));
}
