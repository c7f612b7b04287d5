using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Releases;

namespace Towpath.Server;

/// <summary>
/// Finds what of a new ladder decides who gets into an environment: whether releases enter by themselves, which gates hold, what those judge by, which
/// environment comes before, and where its objects are committed to. It stands in the commit, so whoever may ship could else let himself into production.
/// </summary>
internal static class ChangedGuards
{
    // Where something stands in the file guards nothing.
    private static readonly Location Nowhere = new("", 0, 0, 0, 0, "");

    /// <summary>Environments of before that are guarded otherwise from now on. Those that go or come are none of them: nothing of theirs is there to be guarded.</summary>
    public static IReadOnlyList<string> Of(Ladder? before, Ladder after) => before is null
        ? []
        : [.. before.Environments
            .Where(e => after.Environment(e.Name) is { } environment && Guards(before, e) != Guards(after, environment))
            .Select(e => e.Name)];

    private static string Guards(Ladder ladder, EnvironmentSpec environment)
    {
        var gates = environment.Gates;
        var below = ladder.Below(environment.Name);
        var itself = new EnvironmentSpec
        {
            Name = environment.Name,
            Location = Nowhere,
            Automatic = environment.Automatic,
            Gates = gates with { Window = gates.Window is { } window ? window with { Location = Nowhere } : null },
            Slo = gates.Budget is null ? null : Bare(environment.Slo),
            Kubernetes = environment.Kubernetes?.Git is { } git ? new KubernetesSpec { Git = Bare(git) } : null,
        };
        var under = new EnvironmentSpec
        {
            Name = below?.Name ?? "",
            Location = Nowhere,
            Slo = gates.Soak == TimeSpan.Zero ? null : Bare(below?.Slo),
            Verify = gates.Verification && below is not null ? [.. below.Verify.Select(p => p with { Location = Nowhere })] : [],
        };
        return JsonSerializer.Serialize(new Ladder([itself, under]), ReleaseJson.Default.Ladder);
    }

    // A login goes with it that lets Towpath write where others read what runs: who may ship must not send it anywhere.
    private static GitDeliverySpec Bare(GitDeliverySpec git) => git with { Location = null, Within = TimeSpan.Zero };

    private static SloSpec? Bare(SloSpec? slo) => slo is null ? null : slo with { Location = Nowhere };
}
