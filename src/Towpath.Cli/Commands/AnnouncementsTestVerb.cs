using System.CommandLine;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath announcements test</c>.</summary>
internal sealed class AnnouncementsTestVerb : Verb
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "A channel of server.yaml." };

    /// <summary>Declares it.</summary>
    public AnnouncementsTestVerb()
        : base("test", "Sends one test to a channel and shows what the receiver answers.", "announcements test team") => Arguments.Add(_channel);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var answer = await plane.TestChannelAsync(invocation.Arguments.GetValue(_channel)!, new ChannelTestRequest(invocation.Actor), cancellationToken);
        if (!answer.Taken)
        {
            throw new DiagnosticException(ExitCode.NotDelivered, AnnouncementDiagnostics.TestNotTaken(answer.Channel, answer.Answer));
        }

        invocation.Terminal.Result(answer, writer => writer.WriteLine($"the channel {answer.Channel} took the test: {answer.Answer}"));
        return ExitCode.Success;
    }
}
