using System.Buffers.Text;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it, in the order of the list.</param>
/// <param name="Next">Cursor of the page after it; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>From rows of which one more than a page was asked for: whether there is a next page is known then without counting.</summary>
    /// <param name="rows">The rows, one more than <paramref name="size"/> at most.</param>
    /// <param name="size">Entries on a page.</param>
    /// <param name="key">Key of a row, by which the list is ordered.</param>
    /// <param name="answer">A row as it is answered.</param>
    internal static Page<T> Of<TRow>(IReadOnlyList<TRow> rows, int size, Func<TRow, string> key, Func<TRow, T> answer) => new(
        [.. rows.Take(size).Select(answer)],
        rows.Count > size ? Cursor.Of(key(rows[size - 1])) : null);
}

/// <summary>Which page is asked for.</summary>
/// <param name="After">Cursor, as the page before gave it; null for the first page.</param>
/// <param name="Limit">Entries on a page, 1 to <see cref="Most"/>; null for <see cref="Usual"/>.</param>
public sealed record PageRequest(string? After = null, int? Limit = null)
{
    /// <summary>Entries on a page where nothing is said.</summary>
    public const int Usual = 50;

    /// <summary>Most entries on a page.</summary>
    public const int Most = 200;

    /// <summary>Entries on a page.</summary>
    /// <exception cref="DiagnosticException">TP7032: it is out of range.</exception>
    public int Size => Limit switch
    {
        null => Usual,
        >= 1 and <= Most => Limit.Value,
        _ => throw new DiagnosticException(ExitCode.Usage, ApiDiagnostics.NoSuchPage($"`limit` must be 1 to {Most}, not {Limit}")),
    };

    /// <summary>Key of the entry that the page comes after; null for the first page.</summary>
    /// <exception cref="DiagnosticException">TP7032: no page gave this cursor.</exception>
    internal string? Key => After is null ? null : Cursor.KeyOf(After);

    /// <summary>As <see cref="Key"/>, of lists that are ordered by a number.</summary>
    /// <exception cref="DiagnosticException">TP7032: no page of such a list gave this cursor.</exception>
    internal long? Number => Key is not { } key ? null : long.TryParse(key, out var number) ? number : throw Cursor.Strange();

    /// <summary>The page of a list that is at hand as a whole. A key that is gone meanwhile loses nothing: the page begins after where it was.</summary>
    /// <param name="all">The list in any order.</param>
    /// <param name="key">Key of an entry, unique; the list is ordered by it, character by character.</param>
    internal Page<T> Of<T>(IEnumerable<T> all, Func<T, string> key)
    {
        var after = Key;
        var rows = all.Where(e => after is null || string.CompareOrdinal(key(e), after) > 0).OrderBy(key, StringComparer.Ordinal).Take(Size + 1).ToList();
        return Page<T>.Of(rows, Size, key, row => row);
    }
}

/// <summary>
/// Where a page ends, as text that goes back and forth: the key of its last entry. New entries move no page, since a page is told by what it comes after and not by how many are before it.
/// </summary>
internal static class Cursor
{
    private const int MostCharacters = 1000;

    /// <summary>The cursor of a key.</summary>
    public static string Of(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>The key of a cursor.</summary>
    /// <exception cref="DiagnosticException">TP7032: it is none.</exception>
    public static string KeyOf(string cursor) =>
        cursor.Length <= MostCharacters && Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : throw Strange();

    /// <summary>A cursor that no page gave.</summary>
    public static DiagnosticException Strange() => new(ExitCode.Usage, ApiDiagnostics.NoSuchPage("`cursor` is none that a page of this list gave as `next`"));
}
