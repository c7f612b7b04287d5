using System.Collections.Immutable;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Supply.Advisories;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Users;

/// <summary>People who look after the control planes themselves: they import advisories, of which some are withdrawn again, and put another key in the place of the one that signs images.</summary>
internal sealed class Wardens(PaperOptions options, SimulationScene scene, ControlPlanes planes)
{
    private const string Warden = "dee";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(2);
    private static readonly string[] Families = ["npm", "PyPI"];
    private readonly Random _random = options.Random("wardens");
    private readonly Random _keys = options.Random("keys");

    private PaperLedger Papers => scene.Ledger.Papers;

    /// <summary>They begin, until a virtual time; the first thing is an account for programs.</summary>
    public void Begin(TimeSpan until)
    {
        scene.Store.AddAccount(new AccountRecord(Clerks.Robot, AccountKind.Service, [], false, scene.Machine.Clock.Now));
        GoOn(until);
    }

    private void GoOn(TimeSpan until) => scene.Machine.Clock.After(Look, () =>
    {
        if (scene.Machine.Clock.Elapsed >= until) return;
        if (_random.Next(4) == 0) Import([.. KnownAdvisory.All.Where(_ => _random.Next(2) == 0).Select(a => a.Number)]);
        if (_keys.NextDouble() < options.KeyChanges * Look.TotalMinutes) ChangeKey();
        GoOn(until);
    });

    /// <summary>All advisories are imported once more.</summary>
    public void ImportAll() => Import([.. KnownAdvisory.All.Select(a => a.Number)]);

    /// <summary>First the advisories, then a word that these are all: who dies in between leaves an import without an end.</summary>
    private void Import(ImmutableHashSet<int> valid)
    {
        Ask(new PaperAct($"{Warden} imports the advisories {string.Join(' ', valid.Order())}", Warden, plane => plane.Supply.Import(new AdvisoriesRequest([.. KnownAdvisory.All.Select(a => Advisory(a, valid.Contains(a.Number)))], Warden)))
        {
            IsThere = () => KnownAdvisory.All.All(a => scene.Store.Advisories(FamilyOf(a), a.Package).Any(known => known.Id == a.Id) == valid.Contains(a.Number)),
            Record = () => Papers.Advisories.Add(valid),
        });
        scene.Machine.Clock.After(Reading, () => Finish(_random.Next(4) == 0 ? [Families[_random.Next(2)]] : [.. Families]));
    }

    private void Finish(ImmutableArray<string> families) =>
        Ask(new PaperAct($"{Warden} ends an import of {string.Join(" and ", families)}", Warden, plane => plane.Supply.Finish(new ImportRequest(families, KnownAdvisory.All.Length, Warden)))
        {
            Kind = FactKind.VulnerabilitiesImported,
            IsThere = () => scene.Store.Imports() is var imports && families.All(f => imports.TryGetValue(f, out var at) && at - scene.Machine.Clock.Now is { Ticks: >= 0 and < 100 } && at != Papers.Imports.GetValueOrDefault(f)),
            Record = () =>
            {
                Papers.Advisories.RemoveRange(0, Papers.Advisories.Count - 1);
                foreach (var family in families) Papers.Imports[family] = scene.Store.Imports()[family];
            },
        });

    /// <summary>All control planes are ended; those that are started then have the other key: a new one, or one from a backup.</summary>
    private void ChangeKey()
    {
        planes.KillAll();
        Papers.Key = _keys.Next(SigningKeys.Count);
        scene.Machine.Trace?.Invoke($"images are signed with the key {Papers.Key} from now on");
    }

    private static Advisory Advisory(KnownAdvisory known, bool isValid) => new(
        known.Id, known.Names, "", !isValid,
        [new AffectedPackage(FamilyOf(known), known.Package, known.Severity, null, [[new RangeEvent(RangeStep.Introduced, "0"), new RangeEvent(RangeStep.Fixed, $"{known.FixedIn}.0.0")]], [])]);

    private static string FamilyOf(KnownAdvisory known) => KnownAdvisory.Packages.First(p => p.Package == known.Package).Family;

    private void Ask(PaperAct act) => planes.Ask(act.What, plane => scene.PaperCheck.Perform(act, plane));
}
