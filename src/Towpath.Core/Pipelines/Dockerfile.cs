using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Pipelines;

/// <summary>One instruction of a Dockerfile, its continuation lines joined.</summary>
/// <param name="Keyword">Upper case, such as <c>FROM</c>.</param>
/// <param name="Arguments">The rest, white space collapsed.</param>
/// <param name="Line">Line of the keyword, from 1.</param>
/// <param name="Excerpt">That line as written.</param>
public sealed record DockerfileInstruction(string Keyword, string Arguments, int Line, string Excerpt);

/// <summary>As much of a Dockerfile as a pipeline needs to know: what it starts from, and where a failed step stands.</summary>
/// <param name="Instructions">In order.</param>
public sealed partial record Dockerfile(ImmutableArray<DockerfileInstruction> Instructions)
{
    private const int MaxExcerpt = 400;

    /// <summary>Reads the text. What the builder would refuse is left to the builder, which tells it better.</summary>
    public static Dockerfile Parse(string text)
    {
        var instructions = ImmutableArray.CreateBuilder<DockerfileInstruction>();
        var joined = new StringBuilder();
        var (first, excerpt) = (0, "");
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith('#') || (line.Length == 0 && joined.Length == 0))
                continue; // a comment between continued lines does not end them

            if (joined.Length == 0)
                (first, excerpt) = (i + 1, lines[i].TrimEnd());
            var continues = line.EndsWith('\\');
            joined.Append(continues ? line[..^1] : line).Append(' ');
            if (continues && i + 1 < lines.Length)
                continue;

            instructions.Add(Instruction(joined.ToString(), first, excerpt));
            joined.Clear();
        }

        return new Dockerfile(instructions.ToImmutable());
    }

    /// <summary>
    /// Images that the stages start from or copy from, without stages of the file itself and without <c>scratch</c>. A name with a
    /// variable that has no value is left out.
    /// </summary>
    /// <param name="args">Build arguments; they go before the defaults of <c>ARG</c>.</param>
    public ImmutableArray<string> Bases(IReadOnlyDictionary<string, string> args)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "scratch" };
        var bases = new List<string>();
        var inStage = false;
        foreach (var instruction in Instructions)
        {
            switch (instruction.Keyword)
            {
                case "ARG" when !inStage:
                    Declare(instruction.Arguments, args, known);
                    break;
                case "FROM":
                    inStage = true;
                    var words = instruction.Arguments.Split(' ').Where(w => !w.StartsWith("--", StringComparison.Ordinal)).ToArray();
                    AddBase(words.FirstOrDefault(), known, stages, bases);
                    if (words is [_, var keyword, var stage, ..] && keyword.Equals("AS", StringComparison.OrdinalIgnoreCase))
                        stages.Add(stage);
                    break;
                case "COPY" when FromOption().Match(instruction.Arguments) is { Success: true } from && !int.TryParse(from.Groups["image"].Value, out _):
                    AddBase(from.Groups["image"].Value, known, stages, bases);
                    break;
            }
        }

        return [.. bases.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Where the step that a builder ran last stands, by its own progress lines (<c>STEP 3/5: RUN make</c>, <c>Step 3/5 : RUN make</c>);
    /// null where it can't be told for certain.
    /// </summary>
    /// <param name="log">Output of the builder.</param>
    /// <param name="file">Path of the Dockerfile relative to the Compose file's folder.</param>
    public Location? LastStep(IEnumerable<string> log, string file)
    {
        var last = log.Select(line => StepLine().Match(line)).LastOrDefault(match => match.Success);
        if (last is null)
            return null;

        var text = Collapse(last.Groups["step"].Value);
        var found = Instructions.Where(i => $"{i.Keyword} {i.Arguments}".Equals(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var only]
            ? new Location(file, only.Line, 1, only.Line, only.Excerpt.Length + 1, only.Excerpt.Length > MaxExcerpt ? only.Excerpt[..MaxExcerpt] : only.Excerpt)
            : null;
    }

    private static DockerfileInstruction Instruction(string text, int line, string excerpt)
    {
        var collapsed = Collapse(text);
        var space = collapsed.IndexOf(' ', StringComparison.Ordinal);
        return space < 0
            ? new DockerfileInstruction(collapsed.ToUpperInvariant(), "", line, excerpt)
            : new DockerfileInstruction(collapsed[..space].ToUpperInvariant(), collapsed[(space + 1)..], line, excerpt);
    }

    private static void Declare(string arguments, IReadOnlyDictionary<string, string> args, Dictionary<string, string> known)
    {
        foreach (var word in arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split('=', 2);
            if (args.TryGetValue(parts[0], out var given))
                known[parts[0]] = given;
            else if (parts.Length == 2)
                known[parts[0]] = Substitute(parts[1].Trim('"', '\''), known) ?? "";
        }
    }

    private static void AddBase(string? name, Dictionary<string, string> known, HashSet<string> stages, List<string> bases)
    {
        if (name is not null && Substitute(name, known) is { Length: > 0 } image && !stages.Contains(image))
            bases.Add(image);
    }

    /// <summary>Null where a variable has no value.</summary>
    private static string? Substitute(string text, Dictionary<string, string> known)
    {
        var complete = true;
        var result = Variable().Replace(text, match =>
        {
            if (known.TryGetValue(match.Groups["name"].Value, out var value) && value.Length > 0)
                return value;
            complete &= match.Groups["fallback"].Success;
            return match.Groups["fallback"].Value;
        });
        return complete ? result : null;
    }

    private static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"(?:^|\s)--from=(?<image>[^\s]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FromOption();

    [GeneratedRegex(@"^\s*(?:\[\d+/\d+\]\s*)?STEP \d+(?:/\d+)?\s*:\s*(?<step>.+)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepLine();

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?\}?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
