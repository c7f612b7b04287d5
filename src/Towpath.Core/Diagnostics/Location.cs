namespace Towpath.Core.Diagnostics;

/// <summary>A place in a file that a user wrote. Lines and columns count from 1; the end is exclusive.</summary>
/// <param name="File">Path relative to the folder of the Compose file, with forward slashes.</param>
/// <param name="Line">Line of the first character, from 1.</param>
/// <param name="Column">Column of the first character, from 1.</param>
/// <param name="EndLine">Line of the character after the last, from 1.</param>
/// <param name="EndColumn">Column of the character after the last, from 1.</param>
/// <param name="Excerpt">The text of line <paramref name="Line"/>, at most 400 characters, so that a message can show it where the file is not at hand.</param>
public sealed record Location(string File, int Line, int Column, int EndLine, int EndColumn, string? Excerpt = null)
{
    /// <summary>The clickable form, <c>file:line:column</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
