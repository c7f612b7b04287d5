using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>The services that a rule is for. Of how an image comes about, of how long a service runs and of whether it stores, each as far as it is named.</summary>
[Flags]
public enum AppliesTo
{
    /// <summary>Every service.</summary>
    Every = 0,

    /// <summary>The application as a whole, asked once.</summary>
    Application = 1,

    /// <summary>Towpath builds its image.</summary>
    Built = 2,

    /// <summary>Its image is used as it is.</summary>
    ImageOnly = 4,

    /// <summary>It runs until it is replaced.</summary>
    Running = 8,

    /// <summary>It runs once and ends.</summary>
    Job = 16,

    /// <summary>It stores: it writes to a named volume.</summary>
    Stateful = 32,
}

/// <summary>Says it in words.</summary>
public static class AppliesToWords
{
    private static readonly (AppliesTo Value, string Word)[] All =
    [
        (AppliesTo.Application, "the application"), (AppliesTo.Built, "built"), (AppliesTo.ImageOnly, "image only"), (AppliesTo.Running, "running"), (AppliesTo.Job, "job"),
        (AppliesTo.Stateful, "stateful"),
    ];

    /// <summary>Such as <c>built, running</c>.</summary>
    public static string ToWords(this AppliesTo to) =>
        to == AppliesTo.Every ? "every service" : string.Join(", ", All.Where(pair => to.HasFlag(pair.Value)).Select(pair => pair.Word));
}

/// <summary>One rule of the contract between Dev and Ops.</summary>
/// <param name="Code">Code of the diagnostics that it yields.</param>
/// <param name="Name">Its stable name, by which <c>towpath.yaml</c> sets its severity.</param>
/// <param name="Severity">Where <c>towpath.yaml</c> says nothing.</param>
/// <param name="AppliesTo">The services that it is for.</param>
/// <param name="Reason">Why it is a rule, in a sentence without a full stop.</param>
/// <param name="Fix">What to do where it is broken.</param>
public sealed record ContractRule(string Code, string Name, Severity Severity, AppliesTo AppliesTo, string Reason, string Fix)
{
    /// <summary>What it finds in one service. Pure; severity, reason and fix are added to what it yields.</summary>
    internal Func<ContractSubject, IEnumerable<Diagnostic>>? OfService { get; init; }

    /// <summary>What it finds is found elsewhere: where an API is compared with the one of the release before.</summary>
    internal bool IsOfApi { get; init; }

    /// <summary>What it finds in the application as a whole.</summary>
    internal Func<ApplicationSubject, IEnumerable<Diagnostic>>? OfApplication { get; init; }
}
