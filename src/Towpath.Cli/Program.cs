using System.Runtime.InteropServices;
using Towpath.Cli;
using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;

// Before the console is opened: it keeps copies of the descriptors that a process in the background must let go of.
if (args is ["serve", "--background", var logFile, ..])
{
    Native.Detach(logFile);
}

using var interrupted = new CancellationTokenSource();

// The first signal asks for an orderly end; a second one does not wait for it.
void Stop(PosixSignalContext context)
{
    if (interrupted.IsCancellationRequested)
    {
        Environment.Exit((int)ExitCode.Cancelled);
    }

    context.Cancel = true;
    interrupted.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return (int)await TowpathProgram.RunAsync(args, Surroundings.System(), interrupted.Token);
