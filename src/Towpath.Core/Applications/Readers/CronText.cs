using System.Collections.Immutable;
using System.Globalization;

namespace Towpath.Core.Applications.Readers;

/// <summary>
/// The five fields of cron, as crontab(5) has them and a cluster takes them, and its words for common times.
/// </summary>
internal static class CronText
{
    private static readonly ImmutableArray<Field> Fields =
    [
        new("the minute", 0, 59, []),
        new("the hour", 0, 23, []),
        new("the day of the month", 1, 31, []),
        new("the month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new("the day of the week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    /// <summary>The five fields with one blank between them; null where it is no such time.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="problem">Why it is none; null where it is one.</param>
    public static string? Read(string text, out string? problem)
    {
        problem = null;
        if (text.StartsWith('@'))
        {
            if (Words.TryGetValue(text, out var meant))
            {
                return meant;
            }

            problem = $"the words are {string.Join(", ", Words.Keys)}";
            return null;
        }

        var parts = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
        {
            problem = $"it has {parts.Length} fields and needs {Fields.Length}";
            return null;
        }

        problem = parts.Zip(Fields, (part, field) => field.Problem(part)).FirstOrDefault(p => p is not null);
        return problem is null ? string.Join(' ', parts) : null;
    }

    /// <summary>One field.</summary>
    /// <param name="What">What it says, for messages.</param>
    /// <param name="Least">Its least number.</param>
    /// <param name="Most">Its greatest number.</param>
    /// <param name="WordsOfNumbers">Words for its numbers, from the least on.</param>
    private sealed record Field(string What, int Least, int Most, ImmutableArray<string> WordsOfNumbers)
    {
        /// <summary>What is wrong with a list of ranges; null for nothing.</summary>
        public string? Problem(string text) => text.Split(',').Select(ProblemOfOne).FirstOrDefault(p => p is not null);

        private string? ProblemOfOne(string text)
        {
            var steps = text.Split('/');
            var ends = steps[0].Split('-');
            if (steps.Length > 2 || ends.Length > 2)
            {
                return $"{What} can't be `{text}`";
            }

            if (steps.Length == 2 && !(int.TryParse(steps[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= Most))
            {
                return $"`{steps[1]}` is no step of {What}";
            }

            if (steps[0] is "*")
            {
                return null;
            }

            var numbers = ends.Select(Number).ToArray();
            if (numbers.Any(n => n is null))
            {
                return $"{What} is from {Least} to {Most}, not `{steps[0]}`";
            }

            return numbers[0] > numbers[^1] ? $"the range `{steps[0]}` of {What} ends before it begins" : null;
        }

        private int? Number(string text)
        {
            var word = WordsOfNumbers.IndexOf(text.ToLowerInvariant());
            return word >= 0 ? Least + word
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most ? number : null;
        }
    }
}
