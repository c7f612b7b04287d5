using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Towpath.Bench;

/// <summary>What one run of a program took.</summary>
/// <param name="Cpu">User and system time of it and its children.</param>
/// <param name="Elapsed">From start to end.</param>
/// <param name="PeakBytes">Most memory resident at once, of the process itself.</param>
/// <param name="OutputBytes">Length of its standard output.</param>
internal sealed record Measured(TimeSpan Cpu, TimeSpan Elapsed, long PeakBytes, long OutputBytes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program to its end, its output counted and thrown away. Only one at a time: CPU time is that of all children of this process.</summary>
    /// <exception cref="BenchException">It ended badly, or did not end.</exception>
    public static Task<Measured> RunAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken cancellationToken) =>
        RunAsync(program, arguments, folder, Patience, cancellationToken);

    /// <summary>Runs a program to its end, which may take so long.</summary>
    /// <exception cref="BenchException">It ended badly, or did not end.</exception>
    public static async Task<Measured> RunAsync(string program, IReadOnlyList<string> arguments, string folder, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var before = ChildrenCpu();
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var peak = PeakAsync(process.Id, limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var counter = new CountingStream();
            await process.StandardOutput.BaseStream.CopyToAsync(counter, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            clock.Stop();
            return process.ExitCode == 0
                ? new Measured(ChildrenCpu() - before, clock.Elapsed, await peak, counter.Length)
                : throw new BenchException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    // The kernel keeps the highest mark of a living process only, so it is read again and again until the end. It never sinks.
    private static async Task<long> PeakAsync(int pid, CancellationToken cancellationToken)
    {
        long peak = 0;
        while (true)
        {
            try
            {
                var line = (await File.ReadAllLinesAsync($"/proc/{pid}/status", cancellationToken)).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is null) return peak;
                peak = long.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
            }
            catch (IOException)
            {
                return peak;
            }

            await Task.Delay(2, cancellationToken);
        }
    }

    private static TimeSpan ChildrenCpu()
    {
        const int Children = -1;
        var usage = new long[18];
        return getrusage(Children, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : throw new BenchException("the system does not tell the CPU time of children");
    }

#pragma warning disable IDE1006 // The C library's own name.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int getrusage(int who, [Out] long[] usage);
#pragma warning restore IDE1006

    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;
    }
}
