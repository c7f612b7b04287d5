using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Cli.Terminal;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON document, or one per line for what comes bit by bit.</summary>
    Json,
}

/// <summary>All that a verb says goes through here: results to standard output, everything else to standard error.</summary>
internal interface ITerminal
{
    /// <summary>How results are written.</summary>
    OutputFormat Format { get; }

    /// <summary>Says a line to people.</summary>
    void Say(string line);

    /// <summary>Shows what is wrong, or worth a warning.</summary>
    void Report(IEnumerable<Diagnostic> diagnostics);

    /// <summary>The result of a verb: the document as JSON, or what <paramref name="text"/> writes.</summary>
    void Result<T>(T document, Action<TextWriter> text);

    /// <summary>One of many results, on a line of its own.</summary>
    void Line<T>(T document, string text);

    /// <summary>Opens a view on what happens; it ends when it is disposed.</summary>
    IProgressView OpenProgress();
}

/// <summary>Shows facts as they come.</summary>
internal interface IProgressView : IAsyncDisposable
{
    /// <summary>All facts so far, folded.</summary>
    ProgressModel Model { get; }

    /// <summary>Takes in one more.</summary>
    void Show(Fact fact);
}
