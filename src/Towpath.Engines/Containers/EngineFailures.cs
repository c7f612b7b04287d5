using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers;

/// <summary>Tells a failed call to an engine as a diagnostic.</summary>
public static class EngineFailures
{
    /// <summary>The diagnostic for a failure. A failed build is the pipeline's to tell, since it knows the Dockerfile; here it is the engine's words.</summary>
    /// <param name="failure">What the engine said.</param>
    /// <param name="subject">What was being done, as <c>starting container shop-api-1</c>.</param>
    /// <param name="location">The place in the user's files that asked for it, or null.</param>
    public static Diagnostic ToDiagnostic(EngineException failure, string subject, Location? location = null) => failure.Error switch
    {
        EngineError.Unreachable => EngineDiagnostics.EngineStoppedAnswering(subject, failure.Message),
        EngineError.DiskFull => EngineDiagnostics.DiskFull(subject, failure.Message, location),
        EngineError.ImageUnavailable => EngineDiagnostics.ImageUnavailable(subject, failure.Message, location),
        EngineError.PortTaken => EngineDiagnostics.PortTaken(subject, failure.Message, location),
        EngineError.SubnetTaken => EngineDiagnostics.SubnetTaken(subject, failure.Message),
        EngineError.TimedOut => EngineDiagnostics.EngineTooSlow(subject, failure.Message),
        _ => EngineDiagnostics.EngineRefused(subject, failure.Message, location),
    };
}
