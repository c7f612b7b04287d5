using Spectre.Console;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Cli.Terminal;

/// <summary>A picture that is drawn anew as facts come and time goes by.</summary>
internal sealed class LiveProgress : IProgressView
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(120);
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _drawing;
    private volatile ProgressModel _model = ProgressModel.Empty;

    /// <summary>Begins to draw at once.</summary>
    public LiveProgress(IAnsiConsole console, TimeProvider time)
    {
        _console = console;
        _time = time;
        _drawing = console.Live(Picture(0)).AutoClear(false).StartAsync(DrawAsync);
    }

    /// <inheritdoc/>
    public ProgressModel Model => _model;

    /// <inheritdoc/>
    public void Show(Fact fact) => _model = _model.Apply(fact);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        await _ended.CancelAsync();
        await _drawing;
        _ended.Dispose();

        // Under the picture, where they stay: it has no room for a file's lines.
        foreach (var diagnostic in _model.Diagnostics)
        {
            _console.Profile.Out.Writer.Write(DiagnosticWriter.Write(diagnostic, _console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors));
        }
    }

    private async Task DrawAsync(LiveDisplayContext context)
    {
        for (var frame = 0; !_ended.IsCancellationRequested; frame++)
        {
            Update(context, frame);
            await Task.Delay(Frame, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Update(context, 0);
        _console.Cursor.Show();
    }

    /// <summary>
    /// Never a single line: between two frames the library moves the cursor up by the lines but one, and terminals take "up by 0" for "up by
    /// 1", so that each frame of one line would stand a line higher.
    /// </summary>
    private Rows Picture(int frame) => new(new Text(" "), ProgressPicture.Draw(_model, _time.GetUtcNow(), frame));

    private void Update(LiveDisplayContext context, int frame)
    {
        context.UpdateTarget(Picture(frame));
        context.Refresh();
    }
}
