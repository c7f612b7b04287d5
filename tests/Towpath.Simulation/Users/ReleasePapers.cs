using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Handover;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Supply;
using Towpath.Core.Supply.Packages;
using Towpath.Server.Storage;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Users;

/// <summary>Papers that releases of one application bring with them: an agreement, a delivery to be tested, and what their images are made of.</summary>
internal sealed class ReleasePapers(string application, PaperOptions options, SimulationScene scene)
{
    private const string File = "AGREEMENT.md";
    private readonly Random _random = options.Random($"releases of {application}");
    private readonly Dictionary<string, ImmutableArray<(string Package, int Version)>> _unread = new(StringComparer.Ordinal);
    private (int Current, int Newest) _text;

    private PaperLedger Papers => scene.Ledger.Papers;

    /// <summary>One of the texts that an agreement has had.</summary>
    public static string Text(int number) => $"We agree on {number}.";

    /// <summary>What a text is told by.</summary>
    public static string HashOf(string text) => Agreement.HashOf(Encoding.UTF8.GetBytes(text));

    /// <summary>A ladder as a commit leaves it, with other gates for papers now and then.</summary>
    public Ladder Edit(Ladder ladder)
    {
        var rungs = ladder.Environments;
        if (_random.NextDouble() < options.GateChanges && _random.Next(rungs.Length) is var at)
            rungs = rungs.SetItem(at, rungs[at] with { Gates = PaperDraw.Gates(_random, rungs[at].Gates) });
        // Windows are drawn around another hour.
        return new Ladder(options.Start == SeedRun.Start ? rungs : [.. rungs.Select(e => e with { Gates = e.Gates with { Window = null } })]);
    }

    /// <summary>The agreement that a commit brings: often that of the one before, sometimes an older one again.</summary>
    public Agreement? Draw(bool mustBeGood)
    {
        if (_random.NextDouble() < options.TextChanges)
            _text = _random.Next(3) == 0 ? (_random.Next(_text.Newest + 1), _text.Newest) : (_text.Newest + 1, _text.Newest + 1);
        if (IsBad(mustBeGood) && _random.Next(2) == 0) return null;
        return new Agreement(File, HashOf(Text(_text.Current)), IsBad(mustBeGood) ? ["dev", "qa"] : _random.Next(4) == 0 ? ["dev", "ops", "qa"] : Agreement.UsualSides);
    }

    /// <summary>An image is made of packages; somebody reads it at once, or later, or never.</summary>
    public void Make(string digest, bool mustBeGood)
    {
        var packages = KnownAdvisory.Packages.Where(_ => _random.Next(2) == 0)
            .Select(p => (p.Package, mustBeGood || !IsBad(mustBeGood) ? KnownAdvisory.Safe : _random.Next(1, 5))).ToImmutableArray();
        if (IsBad(mustBeGood) && _random.Next(3) == 0) _unread[digest] = packages;
        else Read(digest, packages);
    }

    /// <summary>A release that must be good may have that image.</summary>
    public bool IsSound(string digest) => Papers.Contents.TryGetValue(digest, out var packages) && packages.All(p => p.Version == KnownAdvisory.Safe);

    /// <summary>A release is made and delivered to be tested.</summary>
    public void Keep(Release release, bool mustBeGood)
    {
        if (release.Application.Agreement is { } agreement) Papers.Texts[(application, release.Id)] = (Text(_text.Current), agreement.Sides);
        if (IsBad(mustBeGood) && _random.Next(2) == 0) return;
        Deliver(release, isGood: !IsBad(mustBeGood));
    }

    /// <summary>Its commit is shipped once more.</summary>
    public void DeliverAgain(Release release, bool isGood) => Deliver(release, isGood);

    /// <summary>Somebody asks what a release is made of, and so its images are read.</summary>
    public void Read(Release release)
    {
        foreach (var image in release.Images.Values)
            if (_unread.Remove(image.Digest, out var packages)) Read(image.Digest, packages);
    }

    private void Read(string digest, ImmutableArray<(string Package, int Version)> packages)
    {
        var found = packages.Select(p => new Package(KindOf(p.Package), p.Package, $"{p.Version}.0.0", $"pkg:{p.Package}@{p.Version}.0.0", "app"));
        scene.Store.SaveInventory(digest, SupplyText.Write(new ImageInventory(digest, null, [.. found], [])), scene.Machine.Clock.Now);
        Papers.Contents[digest] = packages;
    }

    private static PackageKind KindOf(string package) => KnownAdvisory.Packages.First(p => p.Package == package).Family == "npm" ? PackageKind.Npm : PackageKind.PyPi;

    private void Deliver(Release release, bool isGood)
    {
        var now = scene.Machine.Clock.Now;
        var verdict = new DeliveryCheck("starts", isGood ? CheckVerdict.Passed : CheckVerdict.Failed, isGood ? "it came up" : "it did not come up");
        scene.Store.SaveDelivery(
            new DeliveryRecord(application, release.Id, scene.Store.RunOfRelease(application, release.Id)!, "ann", now, new DeliveryValidation([new ServiceValidation("api", [verdict])])),
            new Fact { At = now, Kind = isGood ? FactKind.DeliveryValidated : FactKind.DeliveryFaulty, Application = application, Release = release.Id, Text = $"{release.Id} is delivered to be tested" });
        scene.Written.Pulse();
        Papers.Delivered[(application, release.Id)] = isGood;
    }

    private bool IsBad(bool mustBeGood) => !mustBeGood && _random.NextDouble() < options.BadPapers;
}
