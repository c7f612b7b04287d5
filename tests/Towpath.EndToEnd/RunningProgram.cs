using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Towpath.EndToEnd;

/// <summary>The program while it runs. It never outlives its limit, and never the test.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly string _command;
    private readonly TimeSpan _limit;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Lock _turn = new();
    private readonly Task _read;

    public RunningProgram(ProcessStartInfo start, string input, TimeSpan limit)
    {
        _command = string.Join(' ', start.ArgumentList);
        _limit = limit;
        _process = Process.Start(start)!;
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
        _read = Task.WhenAll(ReadAsync(_process.StandardOutput, _out), ReadAsync(_process.StandardError, _error));
    }

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>Waits for its end.</summary>
    public async Task<Outcome> EndAsync()
    {
        using var limit = new CancellationTokenSource(_limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _read.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            _process.Kill();
            throw new TimeoutException($"it did not end within {_limit.TotalSeconds} s\n{Now(-1)}", e);
        }

        return Now(_process.ExitCode);
    }

    /// <summary>Waits until it wrote something.</summary>
    public async Task UntilAsync(string text)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(Poll))
        {
            var now = Now(-1);
            if (now.Out.Contains(text, StringComparison.Ordinal) || now.Error.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            _process.HasExited.ShouldBeFalse($"it ended before it wrote `{text}`\n{now}");
        }

        throw new TimeoutException($"it did not write `{text}` within {Patience.TotalSeconds} s\n{Now(-1)}");
    }

    /// <summary>Presses Ctrl-C.</summary>
    public Task InterruptAsync() => SignalAsync("INT", _process.Id);

    /// <summary>Sends a signal to a process.</summary>
    public static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private Outcome Now(int code)
    {
        lock (_turn)
        {
            return new Outcome(_command, code, _out.ToString(), _error.ToString());
        }
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
        {
            lock (_turn)
            {
                text.Append(buffer, 0, read);
            }
        }
    }
}
