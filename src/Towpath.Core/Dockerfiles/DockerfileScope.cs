using System.Collections.Immutable;

namespace Towpath.Core.Dockerfiles;

/// <summary>
/// Which variable has which value where. Arguments before the first <c>FROM</c> are seen by <c>FROM</c> lines only; a stage sees those that it
/// declares again, its own, those of the stage that it starts from, and <c>ENV</c>, which hides an argument of the same name.
/// </summary>
public static class DockerfileScope
{
    /// <summary>What <c>FROM</c> lines see.</summary>
    /// <param name="file">The Dockerfile.</param>
    /// <param name="arguments">Build arguments: in place of defaults.</param>
    public static ImmutableDictionary<string, string> Globals(Dockerfile file, IReadOnlyDictionary<string, string> arguments)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var pair in file.Globals.Where(i => i.Name == "ARG").SelectMany(Pairs))
        {
            if (arguments.TryGetValue(pair.Name, out var given))
            {
                variables[pair.Name] = given;
            }
            else if (pair.Value is not null)
            {
                variables[pair.Name] = DockerfileVariables.Expand(pair.Value, variables, file.Escape);
            }
        }

        return variables.ToImmutable();
    }

    /// <summary>What an instruction takes over from those before it in its stage, after it was itself counted.</summary>
    internal static void Apply(
        Dockerfile file, DockerfileInstruction instruction, IReadOnlyDictionary<string, string> arguments, IReadOnlyDictionary<string, string> globals, StageVariables variables)
    {
        foreach (var pair in Pairs(instruction))
        {
            if (instruction.Name == "ENV")
            {
                variables.Environment[pair.Name] = variables.Expand(pair.Value ?? "", file.Escape);
            }
            else if (instruction.Name == "ARG")
            {
                var value = arguments.TryGetValue(pair.Name, out var given) ? given
                    : pair.Value is { } text ? variables.Expand(text, file.Escape)
                    : globals.GetValueOrDefault(pair.Name);
                if (value is not null)
                {
                    variables.Arguments[pair.Name] = value;
                }
            }
        }
    }

    /// <summary>The names and values of <c>ARG</c>, <c>ENV</c> and <c>LABEL</c>; none for other instructions.</summary>
    public static IEnumerable<DockerfilePair> Pairs(DockerfileInstruction instruction)
    {
        if (instruction.Name is not ("ARG" or "ENV" or "LABEL") || instruction.Words.IsEmpty)
        {
            yield break;
        }

        // The old form `ENV NAME all the rest` is told by a first word without `=`.
        var first = instruction.Words[0];
        if (instruction.Name != "ARG" && !first.Raw.Contains('=', StringComparison.Ordinal))
        {
            var rest = instruction.Arguments[first.Raw.Length..].Trim();
            yield return new DockerfilePair(first.Value, rest, first, rest);
            yield break;
        }

        foreach (var word in instruction.Words)
        {
            var equals = word.Value.IndexOf('=', StringComparison.Ordinal);
            var raw = word.Raw.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0
                ? new DockerfilePair(word.Value, null, word, null)
                : new DockerfilePair(word.Value[..equals], word.Value[(equals + 1)..], word, raw < 0 ? "" : word.Raw[(raw + 1)..]);
        }
    }
}

/// <summary>The variables of a stage while its instructions are walked through.</summary>
internal sealed class StageVariables
{
    /// <summary>From <c>ARG</c>.</summary>
    public Dictionary<string, string> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>From <c>ENV</c>.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>A text with its variables replaced.</summary>
    public string Expand(string text, char escape)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var all = new Dictionary<string, string>(Arguments, StringComparer.Ordinal);
        foreach (var (name, value) in Environment)
        {
            all[name] = value;
        }

        return DockerfileVariables.Expand(text, all, escape);
    }
}
