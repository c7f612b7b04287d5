using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Pipelines;

/// <summary>Where a build stopped, in the words of its Dockerfile.</summary>
public static partial class DockerfileSteps
{
    private const int MaxExcerpt = 400;

    /// <summary>
    /// Where the step that a builder ran last stands, by its own progress lines (<c>STEP 3/5: RUN make</c>, <c>Step 3/5 : RUN make</c>);
    /// null where it can't be told for certain.
    /// </summary>
    /// <param name="dockerfile">Text of the Dockerfile.</param>
    /// <param name="log">Output of the builder.</param>
    /// <param name="file">Path of the Dockerfile relative to the Compose file's folder.</param>
    public static Location? Last(string dockerfile, IEnumerable<string> log, string file)
    {
        var last = log.Select(line => StepLine().Match(line)).LastOrDefault(match => match.Success);
        if (last is null)
            return null;

        var text = Collapse(last.Groups["step"].Value);
        var found = DockerfileInstructions.Split(dockerfile)
            .Where(i => Collapse($"{i.Name} {i.Rest}").Equals(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var only]
            ? new Location(file, only.Line, 1, only.Line, only.Excerpt.Length + 1, only.Excerpt.Length > MaxExcerpt ? only.Excerpt[..MaxExcerpt] : only.Excerpt)
            : null;
    }

    private static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^\s*(?:\[\d+/\d+\]\s*)?STEP \d+(?:/\d+)?\s*:\s*(?<step>.+)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepLine();
}
