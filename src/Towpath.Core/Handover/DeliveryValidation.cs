using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;

namespace Towpath.Core.Handover;

/// <summary>What came of one check of a delivered image.</summary>
public enum CheckVerdict
{
    /// <summary>It is as it must be.</summary>
    Passed,

    /// <summary>It is not.</summary>
    Failed,

    /// <summary>Nobody could look; the evidence says why.</summary>
    NotTried,
}

/// <summary>One check of a delivered image.</summary>
/// <param name="Name"><c>starts</c>, <c>health</c>, <c>logs</c>, <c>size</c>, <c>user</c> or <c>signature</c>.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="Evidence">What was seen, or why nothing was.</param>
public sealed record DeliveryCheck(string Name, CheckVerdict Verdict, string Evidence);

/// <summary>The checks of one service's image.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Checks">In the order of <see cref="DeliveryValidation.CheckNames"/>.</param>
public sealed record ServiceValidation(string Service, ImmutableArray<DeliveryCheck> Checks);

/// <summary>What a trial saw of a service.</summary>
/// <param name="Started">How it came up, in words.</param>
/// <param name="Health">What its health endpoints answered, in words.</param>
/// <param name="Wrote">It wrote to stdout or stderr.</param>
public sealed record TrialFindings(string Started, string Health, bool Wrote);

/// <summary>What is known of an image that is delivered.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Bytes">Its size; null where it is not known.</param>
/// <param name="User">User that its processes run as, empty for the image's root; null where it is not known.</param>
/// <param name="IsSigned">The control plane's signature of its digest is there and valid.</param>
/// <param name="Trial">What its trial saw; null where there was none.</param>
/// <param name="WhyNotTried">Why there was none.</param>
public sealed record DeliveredImage(string Service, long? Bytes, string? User, bool IsSigned, TrialFindings? Trial, string? WhyNotTried);

/// <summary>The validation of a release's images, made when they are delivered and not when they are deployed.</summary>
/// <param name="Services">In the order of their names.</param>
public sealed record DeliveryValidation(ImmutableArray<ServiceValidation> Services)
{
    /// <summary>Names of the checks, in the order in which they are shown.</summary>
    public static ImmutableArray<string> CheckNames { get; } = ["starts", "health", "logs", "size", "user", "signature"];

    /// <summary>What is not as it must be, each in words.</summary>
    public IEnumerable<string> Failures => Services.SelectMany(s => s.Checks.Where(c => c.Verdict == CheckVerdict.Failed).Select(c => $"{s.Service}: {c.Name}: {c.Evidence}"));

    /// <summary>Services that were not tried.</summary>
    public IEnumerable<string> NotTried => Services.Where(s => s.Checks.Any(c => c.Verdict == CheckVerdict.NotTried)).Select(s => s.Service);

    /// <summary>Judges images by what was seen of them and by what any environment asks of an image: who delivers learns of all of it at once.</summary>
    /// <param name="images">The images.</param>
    /// <param name="ladder">Whose gates say what an image must be.</param>
    public static DeliveryValidation Of(IEnumerable<DeliveredImage> images, Ladder ladder) =>
        new([.. images.OrderBy(i => i.Service, StringComparer.Ordinal).Select(i => new ServiceValidation(i.Service, [.. Tried(i), Size(i, ladder), User(i, ladder), Signature(i)]))]);

    private static IEnumerable<DeliveryCheck> Tried(DeliveredImage image)
    {
        if (image.Trial is not { } trial)
            return CheckNames.Take(3).Select(name => new DeliveryCheck(name, CheckVerdict.NotTried, image.WhyNotTried ?? "it was not tried"));
        return
        [
            new DeliveryCheck("starts", CheckVerdict.Passed, trial.Started),
            new DeliveryCheck("health", CheckVerdict.Passed, trial.Health),
            trial.Wrote
                ? new DeliveryCheck("logs", CheckVerdict.Passed, "it wrote to stdout or stderr while it was tried")
                : new DeliveryCheck("logs", CheckVerdict.Failed, "it wrote nothing to stdout or stderr while it was tried"),
        ];
    }

    private static DeliveryCheck Size(DeliveredImage image, Ladder ladder)
    {
        if (image.Bytes is not { } bytes) return new DeliveryCheck("size", CheckVerdict.NotTried, "nobody looked at the image");
        var strictest = ladder.Environments.Where(e => e.Gates.Image?.MostBytes is not null).MinBy(e => e.Gates.Image!.MostBytes);
        return strictest?.Gates.Image?.MostBytes is { } most
            ? new DeliveryCheck("size", bytes <= most ? CheckVerdict.Passed : CheckVerdict.Failed, $"{Megabytes(bytes)} of at most {Megabytes(most)} in {strictest.Name}")
            : new DeliveryCheck("size", CheckVerdict.Passed, $"{Megabytes(bytes)}; no environment limits it");
    }

    private static DeliveryCheck User(DeliveredImage image, Ladder ladder)
    {
        if (image.User is not { } user) return new DeliveryCheck("user", CheckVerdict.NotTried, "nobody looked at the image");
        if (user.Split(':')[0] is not ("" or "root" or "0")) return new DeliveryCheck("user", CheckVerdict.Passed, $"it runs as {user}");
        return ladder.Environments.FirstOrDefault(e => e.Gates.Image is { NonRoot: true }) is { } asking
            ? new DeliveryCheck("user", CheckVerdict.Failed, $"it runs as root, and {asking.Name} asks for another user")
            : new DeliveryCheck("user", CheckVerdict.Passed, "it runs as root; no environment asks for another user");
    }

    private static DeliveryCheck Signature(DeliveredImage image) => image.IsSigned
        ? new DeliveryCheck("signature", CheckVerdict.Passed, "signed by this control plane")
        : new DeliveryCheck("signature", CheckVerdict.Failed, "no valid signature of this control plane");

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}
