using System.Collections.Immutable;
using System.Globalization;

namespace Towpath.Core.Dockerfiles;

/// <summary>What the image of a stage says about itself, as far as its Dockerfile tells; null and empty where that is left to the base image.</summary>
public sealed record DockerfileImage
{
    /// <summary>The stage that it is built to.</summary>
    public required DockerfileStage Stage { get; init; }

    /// <summary>Name of the image that the first stage of its line starts from, variables replaced; empty where one has no value.</summary>
    public required string Base { get; init; }

    /// <summary>The last <c>USER</c>, variables replaced.</summary>
    public string? User { get; init; }

    /// <summary>Where that is said.</summary>
    public DockerfileInstruction? UserFrom { get; init; }

    /// <summary>The last <c>ENTRYPOINT</c>.</summary>
    public DockerfileInstruction? Entrypoint { get; init; }

    /// <summary>The last <c>CMD</c>; null where an <c>ENTRYPOINT</c> after it took it back.</summary>
    public DockerfileInstruction? Command { get; init; }

    /// <summary>The last <c>HEALTHCHECK</c>; null where it is <c>NONE</c>.</summary>
    public DockerfileInstruction? Healthcheck { get; init; }

    /// <summary>Ports of <c>EXPOSE</c>, those of the stages before included.</summary>
    public ImmutableArray<ExposedPort> Ports { get; init; } = [];

    /// <summary>Paths of <c>VOLUME</c>.</summary>
    public ImmutableArray<DockerfileWord> Volumes { get; init; } = [];

    /// <summary>Walks through the stages of a target.</summary>
    /// <param name="file">The Dockerfile.</param>
    /// <param name="stage">The target.</param>
    /// <param name="arguments">Build arguments.</param>
    public static DockerfileImage Of(Dockerfile file, DockerfileStage stage, IReadOnlyDictionary<string, string> arguments)
    {
        var line = stage.Line(arguments);
        var globals = DockerfileScope.Globals(file, arguments);
        var variables = new StageVariables();
        var image = new DockerfileImage { Stage = stage, Base = line[0].BaseName(arguments) };
        foreach (var instruction in line.SelectMany(s => s.Instructions))
        {
            DockerfileScope.Apply(file, instruction, arguments, globals, variables);
            image = image.After(instruction, text => variables.Expand(text, file.Escape));
        }

        return image;
    }

    private DockerfileImage After(DockerfileInstruction instruction, Func<string, string> expand) => instruction.Name switch
    {
        "USER" => this with { User = expand(instruction.Arguments.Trim()), UserFrom = instruction },
        "ENTRYPOINT" => this with { Entrypoint = instruction, Command = null },
        "CMD" => this with { Command = instruction },
        "HEALTHCHECK" => this with { Healthcheck = instruction.Words is [{ Value: var word }] && word.Equals("NONE", StringComparison.OrdinalIgnoreCase) ? null : instruction },
        "VOLUME" => this with { Volumes = Volumes.AddRange(instruction.Words) },
        "EXPOSE" => this with { Ports = Ports.AddRange(instruction.Words.SelectMany(word => ExposedPort.Read(word, expand))) },
        _ => this,
    };
}

/// <summary>One port of <c>EXPOSE</c>.</summary>
/// <param name="Port">Its number.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="Word">Where it stands.</param>
public sealed record ExposedPort(int Port, string Protocol, DockerfileWord Word)
{
    private const int MostOfRange = 1000;

    /// <summary>The ports of a word such as <c>8080</c>, <c>53/udp</c> or <c>8000-8005</c>; none where a variable of it has no value.</summary>
    public static IEnumerable<ExposedPort> Read(DockerfileWord word, Func<string, string> expand)
    {
        var parts = expand(word.Value).Split('/', 2);
        var range = parts[0].Split('-', 2);
        var protocol = parts.Length == 2 ? parts[1].ToLowerInvariant() : "tcp";
        if (!TryPort(range[0], out var first) || !TryPort(range[^1], out var last))
        {
            return [];
        }

        return Enumerable.Range(first, Math.Clamp(last - first + 1, 0, MostOfRange)).Select(port => new ExposedPort(port, protocol, word));
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
