using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Environments;
using Towpath.Core.Handover;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Engines.Environments;
using Towpath.Server.Storage;

namespace Towpath.Server.Pipelines;

/// <summary>What the last trial of each service saw. It outlives the trial: a run that was killed behind it, and one that has not to try again, deliver by it.</summary>
internal static partial class TrialMemory
{
    private const string Key = "observed";
    private const string NotTried = "not tried: ";

    /// <summary>Keeps what a trial saw.</summary>
    /// <param name="store">Keeps it.</param>
    /// <param name="tried">The release of nothing but what was tried.</param>
    /// <param name="service">Which of it.</param>
    /// <param name="findings">What was seen.</param>
    public static void Keep(IStore store, Release tried, string service, TrialFindings findings) => store.SetValue(
        tried.Application.Name, TrialEnvironment.NameFor(service), Key, JsonSerializer.Serialize(new Observed(tried.Images[service].Digest, findings), ObservedJson.Default.Observed));

    /// <summary>What the last trial of a service saw; null where that was of another image.</summary>
    public static TrialFindings? Of(IStore store, Release release, string service) =>
        store.Value(release.Application.Name, TrialEnvironment.NameFor(service), Key) is { } text
        && JsonSerializer.Deserialize(text, ObservedJson.Default.Observed) is { } seen && seen.Digest == release.Images[service].Digest
            ? seen.Findings
            : null;

    /// <summary>The validation of a release that a run delivers.</summary>
    public static DeliveryValidation Validate(IStore store, RunRecord run, Release release, IEnumerable<ImageEvidence> images)
    {
        var evidence = store.Evidence(run.Id);
        return DeliveryValidation.Of(images.Select(Delivered), release.Application.Ladder);

        DeliveredImage Delivered(ImageEvidence image)
        {
            var whyNot = PipelinePlan.WhyNotTried(release.Application.Service(image.Service)!) ?? WhyNot(evidence.LastOrDefault(e => e.Step == "trial:" + image.Service)?.Detail);
            return new DeliveredImage(
                image.Service, image.Bytes, image.User, image.IsSigned, whyNot is null ? Of(store, release, image.Service) : null, whyNot ?? "nothing is left of its trial");
        }
    }

    private static string? WhyNot(string? detail) => detail?.StartsWith(NotTried, StringComparison.Ordinal) == true ? detail[NotTried.Length..] : null;

    private sealed record Observed(string Digest, TrialFindings Findings);

    [JsonSerializable(typeof(Observed))]
    private sealed partial class ObservedJson : JsonSerializerContext;
}
