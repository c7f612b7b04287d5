namespace Towpath.Tests.Fakes;

/// <summary>Where in an effect or a write a control plane is killed.</summary>
public enum CrashPoint
{
    /// <summary>Nothing has happened yet.</summary>
    Before,

    /// <summary>It has happened, but nobody was told.</summary>
    After,
}
