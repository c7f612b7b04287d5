using System.Collections.Immutable;

namespace Towpath.Core.Pipelines;

/// <summary>Finds the images that a build has to have at hand before it starts.</summary>
public static class DockerfileBases
{
    private const string Scratch = "scratch";

    /// <summary>
    /// The images that a Dockerfile takes from outside: by <c>FROM</c>, <c>COPY --from</c> and <c>RUN --mount=from</c>, without
    /// its own stages and <c>scratch</c>. A name that stays empty because its argument has no value is left out: the engine
    /// says what is wrong with it.
    /// </summary>
    /// <param name="text">The Dockerfile.</param>
    /// <param name="args">Build arguments; they replace the defaults of arguments that are declared before the first stage.</param>
    /// <returns>Each image once, in the order in which they appear.</returns>
    public static ImmutableArray<string> Read(string text, IReadOnlyDictionary<string, string> args)
    {
        var images = new List<string>();
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var globals = new Dictionary<string, string>(StringComparer.Ordinal);
        var stageCount = 0;

        foreach (var instruction in DockerfileInstructions.Split(text))
        {
            switch (instruction.Name)
            {
                case "ARG" when stageCount == 0:
                    Declare(instruction.Rest, args, globals);
                    break;
                case "FROM":
                    var (image, stage) = ReadFrom(instruction.Rest, globals);
                    Add(image);
                    // A stage may be called like its base (FROM node AS node): it hides the image only from here on.
                    stages.Add(stageCount.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    if (stage is not null)
                    {
                        stages.Add(stage);
                    }

                    stageCount++;
                    break;
                case "COPY" or "ADD" or "RUN":
                    foreach (var source in ReadSources(instruction.Rest))
                    {
                        Add(source);
                    }

                    break;
                default:
                    break;
            }
        }

        return [.. images];

        void Add(string image)
        {
            // Engines do not substitute in --from; a name with a variable is one they will refuse.
            var usable = image.Length > 0 && !image.Contains('$', StringComparison.Ordinal) && image != Scratch;
            if (usable && !stages.Contains(image) && !images.Contains(image, StringComparer.Ordinal))
            {
                images.Add(image);
            }
        }
    }

    private static void Declare(string rest, IReadOnlyDictionary<string, string> args, Dictionary<string, string> globals)
    {
        foreach (var word in DockerfileWords.Split(rest))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (args.TryGetValue(name, out var given))
            {
                globals[name] = given;
            }
            else if (equals >= 0)
            {
                globals[name] = DockerfileWords.Expand(word[(equals + 1)..], globals);
            }
        }
    }

    private static (string Image, string? Stage) ReadFrom(string rest, Dictionary<string, string> globals)
    {
        var words = DockerfileWords.Split(rest).SkipWhile(IsFlag).ToList();
        var image = words.Count > 0 ? DockerfileWords.Expand(words[0], globals) : "";
        var named = words.Count >= 3 && words[1].Equals("AS", StringComparison.OrdinalIgnoreCase);
        return (image, named ? words[2] : null);
    }

    private static IEnumerable<string> ReadSources(string rest)
    {
        const string from = "--from=";
        const string mount = "--mount=";
        foreach (var flag in DockerfileWords.Split(rest).TakeWhile(IsFlag))
        {
            if (flag.StartsWith(from, StringComparison.Ordinal))
            {
                yield return flag[from.Length..];
            }
            else if (flag.StartsWith(mount, StringComparison.Ordinal))
            {
                foreach (var option in flag[mount.Length..].Split(',').Where(o => o.StartsWith("from=", StringComparison.Ordinal)))
                {
                    yield return option["from=".Length..];
                }
            }
        }
    }

    private static bool IsFlag(string word) => word.StartsWith("--", StringComparison.Ordinal);
}
