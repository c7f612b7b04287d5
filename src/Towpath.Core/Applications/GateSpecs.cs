using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>What must hold before a release enters an environment; <c>gates:</c> in <c>towpath.yaml</c>. A green pipeline and a release that nobody rejected are asked for everywhere.</summary>
public sealed record GateSpecs
{
    /// <summary>Nothing beyond what is asked for everywhere.</summary>
    public static GateSpecs None { get; } = new();

    /// <summary>How long a release must have run in the environment below, with that environment's objectives kept.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.Zero;

    /// <summary>Who must say yes; null for nobody.</summary>
    public ConfirmationSpec? Confirmation { get; init; }

    /// <summary>The verification of the environment below passed, and still does.</summary>
    public bool Verification { get; init; }

    /// <summary>The contract's findings of the release's commit are none.</summary>
    public bool Contract { get; init; }

    /// <summary>A green run of the pipeline elsewhere, of exactly the release's commit; null where it is not asked.</summary>
    public CiGateSpec? Ci { get; init; }

    /// <summary>Who must have signed the release's agreement; null where it is not asked.</summary>
    public AgreementGateSpec? Agreement { get; init; }

    /// <summary>A deploy request for the release and environment is there and complete.</summary>
    public bool Request { get; init; }

    /// <summary>Hours in which releases may enter; null for any.</summary>
    public WindowSpec? Window { get; init; }

    /// <summary>How long before its deployment a release's images must have been delivered.</summary>
    public TimeSpan? Lead { get; init; }

    /// <summary>Which delivery <see cref="Lead"/> counts from; null for <see cref="DeliveryKind.Test"/>.</summary>
    public DeliveryKind? LeadFrom { get; init; }

    /// <summary>What the delivery of a release must have shown; null where it is not asked.</summary>
    public DeliveryGateSpec? Delivery { get; init; }

    /// <summary>Share of this environment's error budget that must be left, 0 to 1; null where it is not asked.</summary>
    public double? Budget { get; init; }

    /// <summary>What each image must be; null where it is not asked.</summary>
    public ImageGateSpec? Image { get; init; }

    /// <summary>Known vulnerabilities that keep a release out; null where it is not asked.</summary>
    public VulnerabilityGateSpec? Vulnerabilities { get; init; }
}

/// <summary>Systems that run pipelines elsewhere.</summary>
public enum CiSystem
{
    /// <summary>GitLab CI/CD.</summary>
    GitLab,

    /// <summary>GitHub Actions.</summary>
    GitHub,

    /// <summary>Jenkins.</summary>
    Jenkins,
}

/// <summary>A green run elsewhere.</summary>
/// <param name="System">Where; null for anywhere.</param>
public sealed record CiGateSpec(CiSystem? System);

/// <summary>Signatures under its agreement that a release needs.</summary>
/// <param name="Sides">One of each, by different people. They stand here too, since a commit with fewer of them opens the gate.</param>
public sealed record AgreementGateSpec(ImmutableArray<string> Sides);

/// <summary>Deliveries of a release.</summary>
public enum DeliveryKind
{
    /// <summary>By its pipeline, to be tested.</summary>
    Test,

    /// <summary>By a person who says that this is it.</summary>
    Final,
}

/// <summary>A delivery whose validation shows no failure.</summary>
/// <param name="Final">Somebody must have delivered it for good.</param>
public sealed record DeliveryGateSpec(bool Final);

/// <summary>Confirmations that a release needs.</summary>
/// <param name="Roles">One yes in each role.</param>
/// <param name="Distinct">Each by another person.</param>
/// <param name="NotAuthor">Not by the person who shipped the release.</param>
/// <param name="ValidFor">How long a yes counts; null for as long as what it covers does not change.</param>
public sealed record ConfirmationSpec(ImmutableArray<string> Roles, bool Distinct, bool NotAuthor = false, TimeSpan? ValidFor = null);

/// <summary>Hours in which releases may enter.</summary>
/// <param name="Days">Days of the week; never empty.</param>
/// <param name="From">First minute, local time.</param>
/// <param name="Until">First minute after it, local time; before <paramref name="From"/> for hours over midnight.</param>
/// <param name="Zone">IANA name of the time zone.</param>
/// <param name="Freezes">Days, first and last, on which nothing enters, with the reason.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record WindowSpec(ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly Until, string Zone, ImmutableArray<FreezeSpec> Freezes, Location Location)
{
    /// <summary>Days of each year on which nothing enters.</summary>
    public ImmutableArray<YearlyFreezeSpec> Yearly { get; init; } = [];
}

/// <summary>Days on which nothing enters.</summary>
/// <param name="First">First day, local.</param>
/// <param name="Last">Last day, local.</param>
/// <param name="Reason">Why, or null.</param>
public sealed record FreezeSpec(DateOnly First, DateOnly Last, string? Reason)
{
    /// <summary>Its last day is that of a demo.</summary>
    public bool IsDemo => Reason == DemoReason(Last);

    /// <summary>A demo, and the days before it.</summary>
    public static FreezeSpec Demo(DateOnly first, DateOnly day) => new(first, day, DemoReason(day));

    private static string DemoReason(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"demo on {day:yyyy-MM-dd}");
}

/// <summary>Days of each year on which nothing enters.</summary>
/// <param name="First">First day, local.</param>
/// <param name="Last">Last day, local; before <paramref name="First"/> for days over the new year.</param>
/// <param name="Reason">Why.</param>
public sealed record YearlyFreezeSpec(YearDay First, YearDay Last, string Reason);

/// <summary>A day of each year. The 29th of February is one of leap years only.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
public readonly record struct YearDay(int Month, int Day)
{
    /// <summary>The day of the year that a date is.</summary>
    public static YearDay Of(DateOnly date) => new(date.Month, date.Day);

    /// <summary>Grows from one day of a year to the next.</summary>
    public int Rank() => (100 * Month) + Day;
}

/// <summary>What each image of a release must be.</summary>
/// <param name="MostBytes">Largest size; null for any.</param>
/// <param name="NonRoot">Its processes run as another user than root.</param>
/// <param name="HasSignature">The control plane that built the release signed its digest.</param>
public sealed record ImageGateSpec(long? MostBytes, bool NonRoot, bool HasSignature);
