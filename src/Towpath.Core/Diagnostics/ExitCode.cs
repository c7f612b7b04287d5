namespace Towpath.Core.Diagnostics;

/// <summary>Exit codes of the program. Stable: scripts rely on them.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>A fault of Towpath's own.</summary>
    Internal = 1,

    /// <summary>Wrong arguments.</summary>
    Usage = 2,

    /// <summary>The Compose file or <c>towpath.yaml</c> is wrong or missing.</summary>
    InvalidInput = 3,

    /// <summary>A build or test failed: no release.</summary>
    PipelineFailed = 4,

    /// <summary>A deployment failed; what ran before runs again.</summary>
    DeploymentFailed = 5,

    /// <summary>A gate does not hold.</summary>
    GateClosed = 6,

    /// <summary>The container engine is missing, does not answer or is full.</summary>
    EngineUnavailable = 7,

    /// <summary>The control plane does not answer or does not accept the token.</summary>
    ControlPlaneUnavailable = 8,

    /// <summary>Something else is under way, or a limit is reached; try again later.</summary>
    Busy = 9,

    /// <summary>No such application, environment, release or service.</summary>
    NotFound = 10,

    /// <summary>The journal is not what was written.</summary>
    Tampered = 11,

    /// <summary>The account may not do that.</summary>
    Forbidden = 12,

    /// <summary>The token has ended, the account is disabled, or account and password do not fit.</summary>
    NotSignedIn = 13,

    /// <summary>A receiver of announcements did not take one.</summary>
    NotDelivered = 14,

    /// <summary>What was compared is not the same.</summary>
    Differs = 15,

    /// <summary>Ended by Ctrl-C.</summary>
    Cancelled = 130,
}
