using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class PortRegistryTests
{
    private static readonly PortPolicy Anyone = new(8080, 8084, OperatorsOnly: false);
    private static readonly PortPolicy Operators = Anyone with { OperatorsOnly = true };

    [Fact]
    public void Declare_FreePort_IsTaken()
    {
        var change = Registry(Anyone).Declare("shop", Ladder(("production", 8081)), Nothing, "ben", Models.Noon);

        change.Problems.ShouldBeEmpty();
        change.Taken.ShouldBe([new PortHolding(8081, "shop", "production", PortStanding.Declared, "ben", Models.Noon)]);
    }

    [Theory]
    [InlineData("blog", "production")]
    [InlineData("shop", "staging")]
    public void Declare_PortOfAnother_IsRefusedWithFreeOnesAtItsPlace(string application, string environment)
    {
        var problem = Registry(Anyone, Held(8081, application, environment), Held(8080, "wiki", "one")).Declare("shop", Ladder(("production", 8081)), Nothing, "ben", Models.Noon).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("TP4841");
        problem.Location.ShouldNotBeNull();
        problem.Help!.ShouldStartWith("Free are 8082, 8083, 8084;");
        problem.ToString().ShouldNotContain("blog", customMessage: "who asks may not see it");
    }

    [Fact]
    public void Declare_OtherThanAssigned_IsToldWhichItHas()
    {
        var registry = Registry(Anyone, Held(8084, "shop", "production", PortStanding.Assigned));

        var problem = registry.Declare("shop", Ladder(("production", 9000)), Nothing, "ben", Models.Noon).Problems.ShouldHaveSingleItem();
        (problem.Code, problem.Headline).ShouldBe(("TP4840", "production has the port 8084, not 9000"));
        registry.Declare("shop", Ladder(("production", 8084)), Nothing, "ben", Models.Noon).Problems.ShouldBeEmpty();
        registry.Declare("shop", Ladder(("production", null)), Nothing, "ben", Models.Noon).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Declare_OperatorsOnly_GetsWhatIsItsOwnAndNoMore()
    {
        Registry(Operators).Declare("shop", Ladder(("production", 8081)), Nothing, "ben", Models.Noon).Problems.ShouldHaveSingleItem().Code.ShouldBe("TP4842");
        Registry(Operators, Held(8081, "shop", "production", PortStanding.Assigned)).Declare("shop", Ladder(("production", 8081)), Nothing, "ben", Models.Noon).Problems.ShouldBeEmpty();
        Registry(Operators, Held(8081, "shop", "production")).Declare("shop", Ladder(("production", 8081)), Nothing, "ben", Models.Noon).Problems.ShouldBeEmpty("it had it before");
    }

    [Fact]
    public void Declare_SeveralProblems_AreAllToldAndNothingIsTaken()
    {
        var change = Registry(Anyone, Held(8081, "blog", "one"), Held(8082, "blog", "two")).Declare("shop", Ladder(("a", 8081), ("b", 8082), ("c", 8083)), Nothing, "ben", Models.Noon);

        change.Problems.Select(p => p.Code).ShouldBe(["TP4841", "TP4841"]);
        change.Taken.ShouldBeEmpty();
    }

    [Fact]
    public void Declare_OldPort_IsFreedOnceNoKeptReleaseSaysIt()
    {
        PortHolding[] held = [Held(8081, "shop", "production"), Held(8083, "shop", "production", PortStanding.Assigned), Held(8082, "blog", "production")];

        Registry(Anyone, held).Declare("shop", Ladder(("production", null)), (environment, port) => (environment, port) == ("production", 8081), "ben", Models.Noon).Freed.ShouldBeEmpty();
        Registry(Anyone, held).Declare("shop", Ladder(("production", null)), Nothing, "ben", Models.Noon).Freed.ShouldBe([8081]);
    }

    [Fact]
    public void Assign_Port_IsStrongerAndFreesWhatWasChosen()
    {
        var change = Registry(Anyone, Held(8080, "shop", "production", PortStanding.Chosen), Held(8081, "shop", "production", PortStanding.Assigned), Held(8082, "shop", "production")).Assign("shop", "production", 9000, "ann", Models.Noon);

        change.Taken.ShouldHaveSingleItem().Port.ShouldBe(9000);
        change.Freed.ShouldBe([8080, 8081], "releases that run may yet declare theirs");
    }

    [Theory]
    [InlineData(null, 8081)]
    [InlineData(8084, 8084)]
    public void Assign_FirstFreeOrNamed_IsGiven(int? port, int given) =>
        Registry(Anyone, Held(8080, "blog", "one")).Assign("shop", "production", port, "ann", Models.Noon).Taken.ShouldHaveSingleItem().Port.ShouldBe(given);

    [Fact]
    public void Assign_PortOfAnother_IsRefused() =>
        Registry(Anyone, Held(8080, "blog", "one")).Assign("shop", "production", 8080, "ann", Models.Noon).Problems.ShouldHaveSingleItem().Code.ShouldBe("TP4841");

    [Fact]
    public void Assign_WithoutAnyFree_IsToldWhatToDo() =>
        Registry(new PortPolicy(8080, 8080, false), Held(8080, "blog", "one")).Assign("shop", "production", null, "ann", Models.Noon).Problems.ShouldHaveSingleItem().Code.ShouldBe("TP4843");

    [Fact]
    public void PortOf_Environment_IsAssignedThenDeclaredThenChosen()
    {
        PortHolding[] held = [Held(8080, "shop", "production", PortStanding.Chosen), Held(8081, "shop", "production"), Held(8082, "shop", "production", PortStanding.Assigned)];

        Registry(Anyone, held).PortOf("shop", Spec("production", 8081)).Port.ShouldBe(8082);
        Registry(Anyone, held[..2]).PortOf("shop", Spec("production", 8081)).Port.ShouldBe(8081);
        Registry(Anyone, held[..1]).PortOf("shop", Spec("production", null)).Port.ShouldBe(8080);
        Registry(Anyone).PortOf("shop", Spec("production", null)).ShouldBe((null, null));
    }

    [Fact]
    public void PortOf_ReleaseFromBeforeWhosePortIsAnothersNow_IsAProblem() =>
        Registry(Anyone, Held(8081, "blog", "one")).PortOf("shop", Spec("production", 8081)).Problem!.Code.ShouldBe("TP4841");

    [Fact]
    public void Choose_PortThatTheMachineUses_IsPassedOver()
    {
        Registry(Anyone, Held(8080, "blog", "one")).Choose("shop", "production", port => port != 8081, Models.Noon).Taken.ShouldHaveSingleItem().Port.ShouldBe(8082);
        Registry(Anyone).Choose("shop", "production", _ => false, Models.Noon).Problems.ShouldHaveSingleItem().Code.ShouldBe("TP4843");
    }

    [Fact]
    public void Release_Assignment_IsFreedAndNothingElse()
    {
        Registry(Anyone, Held(8081, "shop", "production"), Held(8082, "shop", "production", PortStanding.Assigned)).Release("shop", "production").Freed.ShouldBe([8082]);
        Registry(Anyone, Held(8081, "shop", "production")).Release("shop", "production").ShouldBe(PortChange.None);
    }

    private static bool Nothing(string environment, int port) => false;

    private static PortRegistry Registry(PortPolicy policy, params PortHolding[] held) => new([.. held.OrderBy(h => h.Port)], policy);

    private static PortHolding Held(int port, string application, string environment, PortStanding standing = PortStanding.Declared) => new(port, application, environment, standing, "ann", Models.Noon);

    private static EnvironmentSpec Spec(string name, int? port) => new() { Name = name, Location = Models.At(), Port = port, PortLocation = port is null ? null : Models.At() };

    private static Ladder Ladder(params (string Name, int? Port)[] environments) => new([.. environments.Select(e => Spec(e.Name, e.Port))]);
}
