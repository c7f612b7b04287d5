using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Dockerfiles;

/// <summary>A Dockerfile as a tree in which every part knows its place.</summary>
public sealed class Dockerfile
{
    /// <summary>Most characters that are read of one; what follows is told as a problem.</summary>
    public const int MaxLength = 1024 * 1024;

    private const int MaxInstructions = 10_000;

    private Dockerfile(string path, char escape, string? syntax, ImmutableArray<DockerfileInstruction> instructions, List<DockerfileProblem> problems)
    {
        Path = path;
        Escape = escape;
        Syntax = syntax;
        Instructions = instructions;
        Globals = [.. instructions.TakeWhile(i => i.Name != "FROM")];
        Stages = DockerfileStage.Cut(this);
        Problems = [.. problems, .. DockerfileGrammar.Check(this)];
    }

    /// <summary>Path relative to the folder of the Compose file.</summary>
    public string Path { get; }

    /// <summary>The escape character, <c>\</c> or <c>`</c>.</summary>
    public char Escape { get; }

    /// <summary>The image of the directive <c># syntax=</c>, or null.</summary>
    public string? Syntax { get; }

    /// <summary>All instructions in order.</summary>
    public ImmutableArray<DockerfileInstruction> Instructions { get; }

    /// <summary>Those before the first <c>FROM</c>: arguments that only <c>FROM</c> lines see.</summary>
    public ImmutableArray<DockerfileInstruction> Globals { get; }

    /// <summary>The stages in order.</summary>
    public ImmutableArray<DockerfileStage> Stages { get; }

    /// <summary>What a builder would refuse, unknown instructions and stages left out.</summary>
    public ImmutableArray<DockerfileProblem> Problems { get; }

    /// <summary>Reads one. Whatever the text is, it gives a tree.</summary>
    /// <param name="path">Path relative to the folder of the Compose file.</param>
    /// <param name="text">Its text, with any line ends and with or without a byte order mark.</param>
    public static Dockerfile Parse(string path, string text)
    {
        var source = new SourceText(path, (text.Length > MaxLength ? text[..MaxLength] : text).TrimStart('\uFEFF'));
        var problems = new List<DockerfileProblem>();
        if (text.Length > MaxLength)
        {
            problems.Add(new DockerfileProblem($"it has more than {MaxLength / 1024} KiB", source.WholeLine(1)));
        }

        var lines = new DockerfileLines(source);
        lines.ReadDirectives(problems);
        var reader = new InstructionReader(lines, problems);
        var instructions = ImmutableArray.CreateBuilder<DockerfileInstruction>();
        while (lines.Next() is { } next)
        {
            var instruction = reader.Read(next);
            if (instructions.Count == MaxInstructions)
            {
                problems.Add(new DockerfileProblem($"it has more than {MaxInstructions} instructions", instruction.KeywordLocation));
                break;
            }

            instructions.Add(instruction);
        }

        return new Dockerfile(path, lines.Escape, lines.Syntax, instructions.ToImmutable(), problems);
    }

    /// <summary>The stage that a build ends in: the named or numbered one, else the last; null where there is none.</summary>
    /// <param name="target">Name or number, or null for the last.</param>
    public DockerfileStage? Stage(string? target) => target is null ? Stages.LastOrDefault() : Find(target, Stages.Length);

    /// <summary>The stage of that name or number among the first ones. Of two with one name the later counts.</summary>
    internal DockerfileStage? Find(string name, int before) =>
        Stages.Take(before).LastOrDefault(s => s.Name is { } own && own.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? (int.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number < before
            ? Stages[number]
            : null);
}
