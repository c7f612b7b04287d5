using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Dockerfiles;

/// <summary>One instruction of a Dockerfile.</summary>
public sealed class DockerfileInstruction
{
    private readonly DockerfileText _text;
    private readonly int _argumentsAt;

    internal DockerfileInstruction(string name, DockerfileText text, int argumentsAt)
    {
        Name = name;
        _text = text;
        _argumentsAt = argumentsAt;
    }

    /// <summary>In capitals, as <c>RUN</c>.</summary>
    public string Name { get; }

    /// <summary>The whole of it, continued lines joined.</summary>
    public string Text => _text.Text;

    /// <summary>What follows the name and the flags.</summary>
    public string Arguments => Text[_argumentsAt..];

    /// <summary><c>--name=value</c> between the name and the arguments.</summary>
    public ImmutableArray<DockerfileFlag> Flags { get; internal init; } = [];

    /// <summary>
    /// The arguments: the elements of the list in exec form, else cut at blanks outside quotes, quotes and escapes resolved, variables as they stand.
    /// </summary>
    public ImmutableArray<DockerfileWord> Words { get; internal init; } = [];

    /// <summary>The arguments are a list of JSON, <c>["python", "app.py"]</c>.</summary>
    public bool IsExec { get; internal init; }

    /// <summary>Here-documents, in the order in which they are named.</summary>
    public ImmutableArray<DockerfileHeredoc> Heredocs { get; internal init; } = [];

    /// <summary>Line of the name, from 1.</summary>
    public int Line => KeywordLocation.Line;

    /// <summary>The name.</summary>
    public Location KeywordLocation => _text.Locate(0, Name.Length);

    /// <summary>From the name to the end of the last line, here-documents left out.</summary>
    public Location Location => _text.Locate(0, Text.Length);

    /// <summary>The place of a run of <see cref="Arguments"/>.</summary>
    public Location Locate(int at, int length) => _text.Locate(_argumentsAt + at, length);

    /// <summary>The value of a flag, or null where it is not given.</summary>
    public string? Flag(string name) => Flags.FirstOrDefault(f => f.Name == name)?.Value;

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A flag of an instruction.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">What follows <c>=</c>; empty where nothing does.</param>
/// <param name="Word">The whole of it.</param>
public sealed record DockerfileFlag(string Name, string Value, DockerfileWord Word);

/// <summary>One argument of an instruction.</summary>
public sealed class DockerfileWord
{
    private readonly DockerfileText _text;
    private readonly int _at;
    private readonly int _length;

    internal DockerfileWord(string value, DockerfileText text, int at, int length)
    {
        Value = value;
        _text = text;
        _at = at;
        _length = length;
    }

    /// <summary>Quotes and escapes resolved, variables as they stand.</summary>
    public string Value { get; }

    /// <summary>As it is written.</summary>
    public string Raw => _text.Text.Substring(_at, _length);

    /// <summary>Where it stands, quotes included.</summary>
    public Location Location => _text.Locate(_at, _length);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A here-document: lines of the Dockerfile itself that a command or a file is made of.</summary>
public sealed class DockerfileHeredoc
{
    private readonly DockerfileText _body;

    internal DockerfileHeredoc(string name, bool expands, DockerfileText body)
    {
        Name = name;
        Expands = expands;
        _body = body;
    }

    /// <summary>Its end mark.</summary>
    public string Name { get; }

    /// <summary>Variables in it are replaced: its name stands without quotes.</summary>
    public bool Expands { get; }

    /// <summary>The lines, each with its end.</summary>
    public string Text => _body.Text;

    /// <summary>The place of a run of <see cref="Text"/>.</summary>
    public Location Locate(int at, int length) => _body.Locate(at, length);
}

/// <summary>A name with a value, of <c>ARG</c>, <c>ENV</c> or <c>LABEL</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">Quotes resolved, variables as they stand; null for an <c>ARG</c> without default.</param>
/// <param name="Word">Where it stands: the whole pair.</param>
/// <param name="Raw">The value as it is written, quotes included; null for an <c>ARG</c> without default.</param>
public sealed record DockerfilePair(string Name, string? Value, DockerfileWord Word, string? Raw);

/// <summary>What a builder would refuse.</summary>
/// <param name="Message">In a few words, without a full stop.</param>
/// <param name="Location">Where.</param>
public sealed record DockerfileProblem(string Message, Location Location);
