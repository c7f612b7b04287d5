using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Supply.Advisories;

namespace Towpath.Core.Environments;

/// <summary>Whether one condition for entering an environment holds, with the evidence for it.</summary>
/// <param name="Name">The gate's word in <c>towpath.yaml</c>; <c>not-rejected</c> for what is asked without one.</param>
/// <param name="Holds">Whether it holds now.</param>
/// <param name="Evidence">Why, in a sentence for people.</param>
/// <param name="HoldsAt">When it will hold by itself, if only time is missing.</param>
public sealed record GateVerdict(string Name, bool Holds, string Evidence, DateTimeOffset? HoldsAt = null)
{
    /// <summary>Figures that change from one look to the next: shown with the evidence, and never news by themselves. Null for none.</summary>
    public string? Figures { get; init; }

    /// <summary>The evidence with its figures.</summary>
    public string Text => Figures is null ? Evidence : $"{Evidence}: {Figures}";

    /// <summary>People can still bring it about for this very release, so that a wish may wait for it.</summary>
    public bool CanBeBroughtAbout { get; init; }

    /// <summary>An emergency passes it: what is missing is time, or what users saw, and not a decision or a proof.</summary>
    public bool YieldsToEmergency { get; init; }

    /// <summary>It holds, or it may come to hold for this release.</summary>
    public bool MayHold => Holds || CanBeBroughtAbout || HoldsAt is not null;
}

/// <summary>What the gates of one environment are judged by, for one release.</summary>
public sealed record GateEvidence
{
    /// <summary>The run that made the release ended well.</summary>
    public required bool PipelineSucceeded { get; init; }

    /// <summary>When the release was made, its images with it.</summary>
    public required DateTimeOffset DeliveredAt { get; init; }

    /// <summary>Its delivery with its validation; null where none is known.</summary>
    public DeliveryEvidence? Delivery { get; init; }

    /// <summary>Its final delivery for this environment; null where nobody made one.</summary>
    public FinalEvidence? FinalDelivery { get; init; }

    /// <summary>Who shipped it, or null where that is not known.</summary>
    public string? Author { get; init; }

    /// <summary>Its rejection; null where nobody rejected it.</summary>
    public RejectionEvidence? Rejection { get; init; }

    /// <summary>What the contract found in its commit, for people; empty for nothing, null where no run says.</summary>
    public string? ContractFindings { get; init; }

    /// <summary>Its stay in the environment below; null where it never ran there.</summary>
    public StayEvidence? Below { get; init; }

    /// <summary>Who said yes to it for this environment.</summary>
    public ImmutableArray<YesEvidence> Confirmations { get; init; } = [];

    /// <summary>Hash of what a yes covers as it is now.</summary>
    public string Covers { get; init; } = "";

    /// <summary>Runs elsewhere of exactly its commit, that somebody vouches for.</summary>
    public ImmutableArray<CiRunEvidence> Ci { get; init; } = [];

    /// <summary>Its agreement and who signed it; null where it has none.</summary>
    public AgreementEvidence? Agreement { get; init; }

    /// <summary>Its deploy request for this environment; null for none.</summary>
    public RequestEvidence? Request { get; init; }

    /// <summary>The emergency in which it is to enter; null where it comes the usual way.</summary>
    public EmergencyEvidence? Emergency { get; init; }

    /// <summary>Share of this environment's error budget that is left, 0 to 1; null where nothing is counted yet.</summary>
    public double? BudgetLeft { get; init; }

    /// <summary>What is known of its images, by service.</summary>
    public ImmutableArray<ImageEvidence> Images { get; init; } = [];

    /// <summary>Services whose image has no valid signature of this control plane; default where nothing is signed and so nothing is asked.</summary>
    public ImmutableArray<string> WithoutSignature { get; init; }

    /// <summary>Known vulnerabilities of its images; null where nobody asks.</summary>
    public VulnerabilityEvidence? Vulnerabilities { get; init; }
}

/// <summary>A rejection.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectionEvidence(string Actor, string Reason);

/// <summary>A stay in an environment.</summary>
/// <param name="Since">When the release came in.</param>
/// <param name="Until">When it left; null while it is there.</param>
/// <param name="Seen">Requests of that time; null where they are not known.</param>
/// <param name="VerificationFailure">Why the verification that was asked last failed; null where it passed.</param>
public sealed record StayEvidence(DateTimeOffset Since, DateTimeOffset? Until, RequestCounters? Seen = null, string? VerificationFailure = null);

/// <summary>A yes.</summary>
/// <param name="Role">In which role.</param>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
/// <param name="Covers">Hash of what it covers.</param>
public sealed record YesEvidence(string Role, string Actor, DateTimeOffset At, string Covers);

/// <summary>A run of the pipeline elsewhere.</summary>
/// <param name="System">Where; null for a machine that says nothing of itself.</param>
/// <param name="Url">Its page there, or null.</param>
/// <param name="FailedStep">The step that failed; null where it was green.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="By">Who vouches for it: an account, or a key.</param>
public sealed record CiRunEvidence(CiSystem? System, string? Url, string? FailedStep, DateTimeOffset StartedAt, string By);

/// <summary>The agreement of a release.</summary>
/// <param name="Text">Which text, and the sides that its commit names.</param>
/// <param name="Signatures">Signatures under exactly this text.</param>
public sealed record AgreementEvidence(Agreement Text, ImmutableArray<SignatureEvidence> Signatures);

/// <summary>A signature.</summary>
/// <param name="Side">For which side.</param>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
public sealed record SignatureEvidence(string Side, string Actor, DateTimeOffset At);

/// <summary>A deploy request.</summary>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
/// <param name="Missing">Fields of the template that it does not have.</param>
public sealed record RequestEvidence(string Actor, DateTimeOffset At, ImmutableArray<string> Missing)
{
    /// <summary>Its refusal; null where nobody refused it.</summary>
    public RefusalEvidence? Refusal { get; init; }
}

/// <summary>A deploy request was refused.</summary>
/// <param name="Actor">By whom.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
public sealed record RefusalEvidence(string Actor, string Reason, DateTimeOffset At);

/// <summary>A release is to enter in an emergency.</summary>
/// <param name="Actor">Who says that it is one.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">Since when.</param>
public sealed record EmergencyEvidence(string Actor, string Reason, DateTimeOffset At);

/// <summary>An image of a release.</summary>
/// <param name="Service">Of which service.</param>
/// <param name="IsThere">The engine has an image of exactly the release's digest; null where nobody looked.</param>
/// <param name="Bytes">Its size; null where it is not known.</param>
/// <param name="User">User that its processes run as, empty for the image's root; null where it is not known.</param>
/// <param name="IsSigned">The control plane's signature of its digest is there and valid.</param>
public sealed record ImageEvidence(string Service, bool? IsThere, long? Bytes, string? User, bool IsSigned);

/// <summary>What is known of the vulnerabilities of a release.</summary>
/// <param name="Unread">Services whose image nobody has read.</param>
/// <param name="Unknown">Packages of distributions that no database of Towpath's speaks of.</param>
/// <param name="Imports">When the advisories of each ecosystem that its packages are of were imported last; null for never.</param>
/// <param name="Findings">By service, worst first.</param>
public sealed record VulnerabilityEvidence(
    ImmutableArray<string> Unread, int Unknown, ImmutableArray<(string Family, DateTimeOffset? At)> Imports, ImmutableArray<(string Service, Finding Finding)> Findings);
