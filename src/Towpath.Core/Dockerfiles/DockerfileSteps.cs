using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Dockerfiles;

/// <summary>Where a build stopped, in the words of its Dockerfile.</summary>
public static partial class DockerfileSteps
{
    /// <summary>
    /// Where the step that a builder ran last stands, by its own progress lines (<c>STEP 3/5: RUN make</c>, <c>Step 3/5 : RUN make</c>);
    /// null where it can't be told for certain.
    /// </summary>
    /// <param name="dockerfile">The Dockerfile.</param>
    /// <param name="log">Output of the builder.</param>
    public static Location? Last(Dockerfile dockerfile, IEnumerable<string> log)
    {
        var last = log.Select(line => StepLine().Match(line)).LastOrDefault(match => match.Success);
        if (last is null)
            return null;

        var text = Collapse(last.Groups["step"].Value);
        var found = dockerfile.Instructions.Where(i => Collapse(i.Text).Equals(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var only] ? only.Location : null;
    }

    private static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^\s*(?:\[\d+/\d+\]\s*)?STEP \d+(?:/\d+)?\s*:\s*(?<step>.+)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepLine();
}
