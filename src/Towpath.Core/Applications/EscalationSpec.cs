namespace Towpath.Core.Applications;

/// <summary>When a blocked deploy request climbs by itself, counted from when it was blocked; <c>escalation:</c> in <c>towpath.yaml</c>. Times grow from step to step.</summary>
/// <param name="Channel">Everybody is told who is waited for.</param>
/// <param name="Meeting">A meeting gets its agenda.</param>
/// <param name="Supervisor">A supervisor gets the dossier.</param>
public sealed record EscalationSpec(TimeSpan Channel, TimeSpan Meeting, TimeSpan Supervisor);
