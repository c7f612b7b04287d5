using System.Globalization;

namespace Towpath.Cli.Terminal;

/// <summary>Words for values, the same in every place.</summary>
internal static class Plain
{
    /// <summary>Text without control characters: a commit's subject must not steer the terminal.</summary>
    public static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

    /// <summary>A duration with a sensible unit: <c>85 ms</c>, <c>3.2 s</c>, <c>2 min 05 s</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1 } => "0 ms",
        { TotalMilliseconds: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s"),
    };

    /// <summary>The first digits of a commit.</summary>
    public static string Commit(string? commit) => commit is null ? "-" : commit[..Math.Min(10, commit.Length)];

    /// <summary>How long ago: <c>now</c>, <c>5 min ago</c>, <c>3 h ago</c>, <c>2 d ago</c>.</summary>
    public static string Ago(DateTimeOffset? at, DateTimeOffset now) => (now - at) switch
    {
        null => "-",
        { TotalMinutes: < 1 } => "now",
        { TotalHours: < 1 } span => $"{(int)span.TotalMinutes} min ago",
        { TotalDays: < 1 } span => $"{(int)span.TotalHours} h ago",
        { } span => $"{(int)span.TotalDays} d ago",
    };
}
