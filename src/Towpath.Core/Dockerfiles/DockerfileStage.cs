using System.Collections.Immutable;

namespace Towpath.Core.Dockerfiles;

/// <summary>One stage of a Dockerfile, from a <c>FROM</c> to the next.</summary>
public sealed class DockerfileStage
{
    private readonly Dockerfile _file;

    private DockerfileStage(Dockerfile file, int index, ImmutableArray<DockerfileInstruction> instructions)
    {
        _file = file;
        Index = index;
        From = instructions[0];
        Instructions = instructions[1..];
        Base = From.Words.FirstOrDefault();
        Name = From.Words is [_, { Value: var word }, { Value: var name }, ..] && word.Equals("AS", StringComparison.OrdinalIgnoreCase) ? name : null;
    }

    /// <summary>Its number, from 0.</summary>
    public int Index { get; }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; }

    /// <summary>The <c>FROM</c> that it begins with.</summary>
    public DockerfileInstruction From { get; }

    /// <summary>The image or stage that it starts from, variables as they stand; null where <c>FROM</c> says none.</summary>
    public DockerfileWord? Base { get; }

    /// <summary>The instructions after <c>FROM</c>.</summary>
    public ImmutableArray<DockerfileInstruction> Instructions { get; }

    /// <summary>The image that it starts from, variables replaced; empty where one has no value.</summary>
    /// <param name="arguments">Build arguments.</param>
    public string BaseName(IReadOnlyDictionary<string, string> arguments) =>
        Base is { } name ? DockerfileVariables.Expand(name.Value, DockerfileScope.Globals(_file, arguments), _file.Escape) : "";

    /// <summary>The earlier stage that it starts from, or null where it starts from an image.</summary>
    /// <param name="arguments">Build arguments.</param>
    public DockerfileStage? Parent(IReadOnlyDictionary<string, string> arguments)
    {
        // A number after FROM names an image: only --from counts stages.
        var name = BaseName(arguments);
        return _file.Stages.Take(Index).LastOrDefault(s => s.Name is { } own && own.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The stage itself after the ones that it starts from, the first of them first.</summary>
    /// <param name="arguments">Build arguments.</param>
    public ImmutableArray<DockerfileStage> Line(IReadOnlyDictionary<string, string> arguments)
    {
        var line = new Stack<DockerfileStage>();
        for (var stage = this; stage is not null; stage = stage.Parent(arguments))
        {
            line.Push(stage);
        }

        return [.. line];
    }

    /// <summary>All stages that are built for this one, in order: those it starts from and those that files are taken from.</summary>
    /// <param name="arguments">Build arguments.</param>
    public ImmutableArray<DockerfileStage> Needed(IReadOnlyDictionary<string, string> arguments)
    {
        var needed = new SortedDictionary<int, DockerfileStage>();
        var open = new Stack<DockerfileStage>([this]);
        while (open.TryPop(out var stage))
        {
            if (!needed.TryAdd(stage.Index, stage))
            {
                continue;
            }

            if (stage.Parent(arguments) is { } parent)
            {
                open.Push(parent);
            }

            foreach (var source in stage.Instructions.SelectMany(DockerfileSource.Of))
            {
                if (_file.Find(source.Name, stage.Index) is { } other)
                {
                    open.Push(other);
                }
            }
        }

        return [.. needed.Values];
    }

    internal static ImmutableArray<DockerfileStage> Cut(Dockerfile file)
    {
        var starts = Enumerable.Range(0, file.Instructions.Length).Where(i => file.Instructions[i].Name == "FROM").ToList();
        return
        [
            .. starts.Select((start, index) =>
                new DockerfileStage(file, index, file.Instructions[start..(index + 1 < starts.Count ? starts[index + 1] : file.Instructions.Length)])),
        ];
    }
}

/// <summary>A stage or image that files are taken from, by <c>COPY --from</c> or <c>RUN --mount=from</c>.</summary>
/// <param name="Name">Name or number of a stage, or name of an image.</param>
/// <param name="Flag">Where it is said.</param>
public sealed record DockerfileSource(string Name, DockerfileFlag Flag)
{
    /// <summary>The sources of an instruction, in order.</summary>
    public static IEnumerable<DockerfileSource> Of(DockerfileInstruction instruction)
    {
        foreach (var flag in instruction.Flags)
        {
            if (flag.Name == "from" && instruction.Name is "COPY" or "ADD")
            {
                yield return new DockerfileSource(flag.Value, flag);
            }
            else if (flag.Name == "mount" && instruction.Name == "RUN")
            {
                foreach (var option in flag.Value.Split(',').Where(o => o.StartsWith("from=", StringComparison.Ordinal)))
                {
                    yield return new DockerfileSource(option["from=".Length..], flag);
                }
            }
        }
    }
}
