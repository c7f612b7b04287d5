namespace Towpath.Engines.Containers;

/// <summary>Which of a process's two outputs.</summary>
public enum LogStream
{
    /// <summary>Standard output.</summary>
    Out,

    /// <summary>Standard error.</summary>
    Error,
}

/// <summary>One line that a container wrote.</summary>
/// <param name="Timestamp">When its last part was written, by the engine's clock.</param>
/// <param name="Stream">Where to.</param>
/// <param name="Text">Without the line's end, at most <see cref="EngineLogFile.MaxLine"/> characters.</param>
/// <param name="NextOffset">Where a reader that has stored this record resumes.</param>
public sealed record LogRecord(DateTimeOffset Timestamp, LogStream Stream, string Text, long NextOffset);
