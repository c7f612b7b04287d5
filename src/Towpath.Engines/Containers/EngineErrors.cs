using System.Net;

namespace Towpath.Engines.Containers;

/// <summary>
/// Turns an engine's answer into a kind of error. Docker has a status per kind; Podman says 500 for most of them (a name or a subnet
/// that is taken, a container that is in use), so the words decide first and the status only where they say nothing.
/// </summary>
internal static class EngineErrors
{
    private const int MaxMessage = 4096;

    private static readonly (string Words, EngineError Error)[] ByWords =
    [
        ("no space left on device", EngineError.DiskFull),
        ("disk quota exceeded", EngineError.DiskFull),
        ("port is already allocated", EngineError.PortTaken),
        ("bind: address already in use", EngineError.PortTaken),
        ("is already used on the host or by another config", EngineError.SubnetTaken),
        ("pool overlaps with other one", EngineError.SubnetTaken),
        ("requested ip address", EngineError.AddressTaken),
        ("is already in use", EngineError.Conflict),
        ("already used:", EngineError.Conflict),
        ("is already allocated", EngineError.Conflict),
        ("address already in use", EngineError.Conflict),
        ("already exists", EngineError.Conflict),
        ("is being used", EngineError.Conflict),
        ("is in use", EngineError.Conflict),
        ("has active endpoints", EngineError.Conflict),
        ("can only kill running containers", EngineError.Conflict),
        ("container state improper", EngineError.Conflict),
        ("is not running", EngineError.Conflict),
        ("no such container", EngineError.NotFound),
        ("no such volume", EngineError.NotFound),
        ("no such image", EngineError.NotFound),
        ("network not found", EngineError.NotFound),
    ];

    // What registries say to a push comes through the engine as one text. The first that fits decides: "denied: ... exceed the quota" is a quota.
    private static readonly (string Words, EngineError Error)[] ByRegistryWords =
    [
        ("quota", EngineError.RegistryFull),
        ("toomanyrequests", EngineError.RegistryFull),
        ("too many requests", EngineError.RegistryFull),
        ("507 insufficient storage", EngineError.RegistryFull),
        ("unauthorized", EngineError.RegistryDenied),
        ("authentication required", EngineError.RegistryDenied),
        ("no basic auth credentials", EngineError.RegistryDenied),
        ("denied", EngineError.RegistryDenied),
        ("forbidden", EngineError.RegistryDenied),
        ("name invalid", EngineError.RegistryNameRefused),
        ("name unknown", EngineError.RegistryNameRefused),
        ("invalid repository name", EngineError.RegistryNameRefused),
        ("invalid image name", EngineError.RegistryNameRefused),
        ("invalid reference format", EngineError.RegistryNameRefused),
        ("server gave http response to https client", EngineError.RegistryNotSecure),
        ("x509:", EngineError.RegistryNotSecure),
        ("connection refused", EngineError.RegistryAway),
        ("connection reset", EngineError.RegistryAway),
        ("broken pipe", EngineError.RegistryAway),
        ("no such host", EngineError.RegistryAway),
        ("no route to host", EngineError.RegistryAway),
        ("network is unreachable", EngineError.RegistryAway),
        ("i/o timeout", EngineError.RegistryAway),
        ("tls handshake timeout", EngineError.RegistryAway),
        ("deadline exceeded", EngineError.RegistryAway),
        ("eof", EngineError.RegistryAway),
        ("bad gateway", EngineError.RegistryAway),
        ("service unavailable", EngineError.RegistryAway),
        ("gateway timeout", EngineError.RegistryAway),
        ("internal server error", EngineError.RegistryAway),
    ];

    /// <summary>The exception for an answer that is no success.</summary>
    public static EngineException From(HttpStatusCode status, string message)
    {
        var text = Shorten(message.Trim());
        return new EngineException(Classify(status, text), text.Length == 0 ? $"The engine answered with status {(int)status}." : text);
    }

    /// <summary>The kind that words and status tell.</summary>
    public static EngineError Classify(HttpStatusCode status, string message)
    {
        foreach (var (words, error) in ByWords)
        {
            if (message.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return error;
            }
        }

        return status switch
        {
            HttpStatusCode.NotFound => EngineError.NotFound,
            HttpStatusCode.Conflict => EngineError.Conflict,
            _ => EngineError.Other,
        };
    }

    /// <summary>The exception for an error line of a build's stream: full storage is told apart, all else is the build's own fault.</summary>
    public static EngineException FromBuild(string message) => FromStream(message, EngineError.BuildFailed);

    /// <summary>The exception for an error line of a pull's stream.</summary>
    public static EngineException FromPull(string message) => FromStream(message, EngineError.ImageUnavailable);

    /// <summary>The exception for an error of a push. The engine's own faults keep their kind.</summary>
    /// <param name="message">What the engine said.</param>
    /// <param name="destination">Name that it was pushed to: what is called <c>quota-service</c> has no quota by that.</param>
    public static EngineException FromPush(string message, string destination)
    {
        var text = Shorten(message.Trim());
        if (text.Contains("image not known", StringComparison.OrdinalIgnoreCase)) return new EngineException(EngineError.NotFound, text);
        if (Classify(HttpStatusCode.OK, text) == EngineError.DiskFull) return new EngineException(EngineError.DiskFull, text);
        var said = text.Replace(ImageNames.Split(destination).Name, "", StringComparison.OrdinalIgnoreCase);
        var known = ByRegistryWords.FirstOrDefault(row => said.Contains(row.Words, StringComparison.OrdinalIgnoreCase));
        return new EngineException(known.Words is null ? EngineError.RegistryRefused : known.Error, text);
    }

    private static EngineException FromStream(string message, EngineError usual)
    {
        var text = Shorten(message.Trim());
        var error = Classify(HttpStatusCode.OK, text) == EngineError.DiskFull ? EngineError.DiskFull : usual;
        return new EngineException(error, text);
    }

    private static string Shorten(string text) => text.Length <= MaxMessage ? text : text[..MaxMessage];
}
