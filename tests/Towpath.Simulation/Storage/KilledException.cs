namespace Towpath.Simulation.Storage;

/// <summary>The process is dead: whatever its code still does before its next wait reaches nothing any more.</summary>
internal sealed class KilledException() : Exception("killed");
