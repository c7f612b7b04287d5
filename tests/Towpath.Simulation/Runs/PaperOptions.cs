namespace Towpath.Simulation.Runs;

/// <summary>
/// What a seed draws of papers: agreements and who signs them, evidence of pipelines elsewhere, deliveries, what images are made of and what is known of that, and the key that signs images.
/// All of it comes from streams of its own, so that seeds without papers are what they were.
/// </summary>
internal sealed record PaperOptions
{
    /// <summary>Seed of the streams.</summary>
    public required int Stream { get; init; }

    /// <summary>When the simulation begins: as always, or so that a day ends, and exceptions with it, while the storm lasts.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Acts on papers for each minute and application.</summary>
    public required double Acts { get; init; }

    /// <summary>Share of acts that nobody may do, or that are no use.</summary>
    public required double Wrong { get; init; }

    /// <summary>Share of commits that change the text of the agreement.</summary>
    public required double TextChanges { get; init; }

    /// <summary>Share of commits that change what papers the environments ask for.</summary>
    public required double GateChanges { get; init; }

    /// <summary>Share of releases whose delivery, agreement or packages are not as they should be.</summary>
    public required double BadPapers { get; init; }

    /// <summary>No image comes in without a signature, as in each real control plane.</summary>
    public required bool Signing { get; init; }

    /// <summary>Times for each minute that the key which signs images is another.</summary>
    public required double KeyChanges { get; init; }

    /// <summary>A stream for one purpose.</summary>
    public Random Random(string purpose) => new(purpose.Aggregate(Stream, (seed, letter) => unchecked((seed * 31) + letter)));

    /// <inheritdoc/>
    public override string ToString() =>
        $"papers: {Acts:0} acts a minute, {Wrong:P0} of them wrong, {BadPapers:P0} of releases bad, {TextChanges:P0} of commits with another text, {GateChanges:P0} with other gates, "
        + $"images {(Signing ? $"signed, {KeyChanges:0.0} other keys a minute" : "not asked for signatures")}, from {Start:yyyy-MM-dd HH:mm:ss}";
}
