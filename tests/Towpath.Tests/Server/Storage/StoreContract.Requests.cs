using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Deploy requests and emergencies.
public abstract partial class StoreContract
{
    private static readonly DeployRequestRecord Begun = new("shop", "production", "r-1", "ben", ImmutableSortedDictionary<string, string>.Empty.Add("what", "a basket"), Models.Noon)
    {
        OpenedAt = Models.Noon,
    };

    [Fact]
    public void SaveDeployRequest_ChangesInTurn_ComeBack()
    {
        var refused = Begun with { Version = 2, Refusal = new RefusalEvidence("ann", "no rollback", Models.Noon.AddHours(1)) };
        Save(Begun).ShouldBeTrue();
        Same(_store.DeployRequest("shop", "production", "r-1"), Begun);
        Save(refused).ShouldBeTrue();
        Same(_store.DeployRequest("shop", "production", "r-1"), refused);
        Save(Begun with { Version = 3, OpenedAt = Models.Noon.AddHours(2) }).ShouldBeTrue();

        Same(_store.DeployRequest("shop", "production", "r-1"), Begun with { Version = 3, OpenedAt = Models.Noon.AddHours(2) });
        _store.Facts("shop", 0, 9).Count.ShouldBe(3);
        _store.DeployRequest("shop", "staging", "r-1").ShouldBeNull();
    }

    [Fact]
    public void SaveDeployRequest_SomebodyWasFirst_StoresNothing()
    {
        Save(Begun).ShouldBeTrue();
        Save(Begun with { Actor = "eve" }).ShouldBeFalse();
        Save(Begun with { Actor = "eve", Version = 3 }).ShouldBeFalse();

        Same(_store.DeployRequest("shop", "production", "r-1"), Begun);
        _store.Facts("shop", 0, 9).ShouldHaveSingleItem();
    }

    [Fact]
    public void DeployRequests_OfOneOrAllEnvironments_NewestFirst()
    {
        Save(Begun);
        Save(Begun with { Release = "r-2", At = Models.Noon.AddMinutes(1) });
        Save(Begun with { Environment = "staging", At = Models.Noon.AddMinutes(2) });
        Save(Begun with { Application = "blog" });

        _store.DeployRequests("shop", null, 9).Select(r => (r.Environment, r.Release)).ShouldBe([("staging", "r-1"), ("production", "r-2"), ("production", "r-1")]);
        _store.DeployRequests("shop", "production", 1).Select(r => r.Release).ShouldBe(["r-2"]);
    }

    [Fact]
    public void Emergencies_SinceATime_NewestFirst()
    {
        var old = new EmergencyRecord("shop", "production", "r-1", "ann", "checkout answers 500", Models.Noon);
        var late = old with { Release = "r-2", At = Models.Noon.AddDays(1) };
        foreach (var emergency in new[] { old, late, late, old with { Application = "blog" } })
            _store.AddEmergency(emergency, Models.Fact(FactKind.EmergencyDeclared, emergency.Application));

        _store.Emergencies("shop", Models.Noon).ShouldBe([late, old]);
        _store.Emergencies("shop", Models.Noon.AddTicks(1)).ShouldBe([late]);
        _store.Facts("shop", 0, 9).Count.ShouldBe(2);
    }

    [Fact]
    public void RemoveApplication_WithRequestsAndEmergencies_ForgetsThem()
    {
        Save(Begun);
        _store.AddEmergency(new EmergencyRecord("shop", "production", "r-1", "ann", "x", Models.Noon));
        _store.RemoveApplication("shop");

        _store.DeployRequests("shop", null, 9).ShouldBeEmpty();
        _store.Emergencies("shop", default).ShouldBeEmpty();
    }

    private static void Same(DeployRequestRecord? found, DeployRequestRecord wanted)
    {
        found.ShouldNotBeNull().Fields.ShouldBe(wanted.Fields);
        (found with { Fields = wanted.Fields }).ShouldBe(wanted);
    }

    private bool Save(DeployRequestRecord request) => _store.SaveDeployRequest(request, Models.Fact(FactKind.DeployRequested, request.Application));
}
