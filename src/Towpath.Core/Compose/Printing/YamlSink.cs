using System.Text;

namespace Towpath.Core.Compose.Printing;

/// <summary>Writes a model as YAML in block style. Text is quoted wherever some reader of YAML, of 1.1 or 1.2, could take it for something else.</summary>
internal sealed class YamlSink : IModelSink
{
    private const int Step = 2;
    private readonly StringBuilder _text;
    private readonly bool _escapesVariables;
    private readonly Stack<Frame> _frames = new();
    private Place _place = Place.Start;

    /// <summary>Writes to the end of a text.</summary>
    /// <param name="text">Receives the YAML.</param>
    /// <param name="escapesVariables">Writes <c>$</c> as <c>$$</c>, so that reading it back finds no variables.</param>
    public YamlSink(StringBuilder text, bool escapesVariables)
    {
        _text = text;
        _escapesVariables = escapesVariables;
    }

    private enum Place
    {
        Start,
        AfterKey,
        AfterDash,
        Inside,
    }

    /// <inheritdoc/>
    public void BeginMapping() => Open(isList: false);

    /// <inheritdoc/>
    public void BeginList() => Open(isList: true);

    /// <inheritdoc/>
    public void EndMapping() => Close("{}");

    /// <inheritdoc/>
    public void EndList() => Close("[]");

    /// <inheritdoc/>
    public void Key(string name)
    {
        NextEntry();
        YamlQuoting.Write(_text, name, indent: null);
        _text.Append(':');
        _place = Place.AfterKey;
    }

    /// <inheritdoc/>
    public void Text(string value)
    {
        var text = _escapesVariables ? value.Replace("$", "$$", StringComparison.Ordinal) : value;
        BeginValue();
        YamlQuoting.Write(_text, text, (_frames.Count == 0 ? 0 : _frames.Peek().Indent) + Step);
        EndValue();
    }

    /// <inheritdoc/>
    public void Number(string value) => Raw(value);

    /// <inheritdoc/>
    public void Flag(bool value) => Raw(value ? "true" : "false");

    /// <inheritdoc/>
    public void Null() => Raw("null");

    private void Raw(string value)
    {
        BeginValue();
        _text.Append(value);
        EndValue();
    }

    private void BeginValue()
    {
        if (_place == Place.Inside)
        {
            NextItem();
        }

        if (_place != Place.Start)
        {
            _text.Append(' ');
        }
    }

    private void EndValue()
    {
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append('\n');
        }

        _place = Place.Inside;
    }

    private void Open(bool isList)
    {
        if (_place == Place.Inside)
        {
            NextItem();
        }

        _frames.Push(new Frame(_frames.Count == 0 ? 0 : _frames.Peek().Indent + Step, IsEmpty: true, FollowsDash: _place == Place.AfterDash));
        if (isList)
        {
            _place = Place.Inside;
        }
    }

    private void Close(string empty)
    {
        var frame = _frames.Pop();
        if (frame.IsEmpty)
        {
            _text.Append(_text.Length == 0 || _text[^1] == '\n' ? "" : " ").Append(empty).Append('\n');
        }

        _place = Place.Inside;
    }

    private void NextItem()
    {
        NextEntry();
        _text.Append('-');
        _place = Place.AfterDash;
    }

    // The first entry of what stands in a list begins on the line of the dash.
    private void NextEntry()
    {
        var frame = _frames.Pop();
        if (frame is { IsEmpty: true, FollowsDash: true })
        {
            _text.Append(' ');
        }
        else
        {
            BreakLine(frame);
            _text.Append(' ', frame.Indent);
        }

        _frames.Push(frame with { IsEmpty = false });
    }

    private void BreakLine(Frame frame)
    {
        if (frame.IsEmpty && _text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }

    private readonly record struct Frame(int Indent, bool IsEmpty, bool FollowsDash);
}
