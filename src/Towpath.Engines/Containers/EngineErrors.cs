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

    private static EngineException FromStream(string message, EngineError usual)
    {
        var text = Shorten(message.Trim());
        var error = Classify(HttpStatusCode.OK, text) == EngineError.DiskFull ? EngineError.DiskFull : usual;
        return new EngineException(error, text);
    }

    private static string Shorten(string text) => text.Length <= MaxMessage ? text : text[..MaxMessage];
}
