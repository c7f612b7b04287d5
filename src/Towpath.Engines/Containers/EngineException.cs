namespace Towpath.Engines.Containers;

/// <summary>Kinds of failure that callers tell apart.</summary>
public enum EngineError
{
    /// <summary>The engine does not answer.</summary>
    Unreachable,

    /// <summary>An object of that name exists.</summary>
    Conflict,

    /// <summary>No object of that name exists.</summary>
    NotFound,

    /// <summary>The registry did not give the image.</summary>
    ImageUnavailable,

    /// <summary>A step of a Dockerfile failed, or the Dockerfile itself is wrong.</summary>
    BuildFailed,

    /// <summary>A published port is in use.</summary>
    PortTaken,

    /// <summary>A subnet overlaps another network.</summary>
    SubnetTaken,

    /// <summary>
    /// The address that a container asks for is another's, or was lost: Podman's service that is killed while it starts a container has given
    /// the address out and not written down to whom, and gives it to nobody, that container included, until the machine starts anew.
    /// </summary>
    AddressTaken,

    /// <summary>The engine's storage is full.</summary>
    DiskFull,

    /// <summary>A registry does not let this login, or nobody, push there.</summary>
    RegistryDenied,

    /// <summary>A registry takes no repository or tag of that name.</summary>
    RegistryNameRefused,

    /// <summary>A quota or a rate of a registry is used up.</summary>
    RegistryFull,

    /// <summary>A registry does not answer, or says itself that it can't just now.</summary>
    RegistryAway,

    /// <summary>A registry speaks plain HTTP, or its certificate is not to be trusted.</summary>
    RegistryNotSecure,

    /// <summary>A registry did not take an image, for another reason.</summary>
    RegistryRefused,

    /// <summary>A call did not end in its time.</summary>
    TimedOut,

    /// <summary>Anything else; the message is the engine's.</summary>
    Other,
}

/// <summary>A call to a container engine failed. The message is the engine's own, free of secrets.</summary>
public sealed class EngineException : Exception
{
    /// <summary>A failure of a kind.</summary>
    public EngineException(EngineError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>What failed.</summary>
    public EngineError Error { get; }
}
