using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath announcements</c>; what can be done with them are verbs below it.</summary>
internal sealed class AnnouncementsVerb : Verb
{
    private readonly Option<string?> _channel = new("--channel") { Description = "Those of one channel.", HelpName = "CHANNEL" };
    private readonly Option<string?> _state = new("--state") { Description = "Those in one state.", HelpName = "waiting|delivered|dead" };

    /// <summary>Declares it.</summary>
    public AnnouncementsVerb()
        : base("announcements", "Lists what was announced, waits to be, or could not be, newest first.", "announcements", "announcements --channel team --state dead", "announcements --app shop")
    {
        _state.AcceptOnlyFromAmong("waiting", "delivered", "dead");
        Options.Add(_channel);
        Options.Add(_state);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var state = invocation.Arguments.GetValue(_state) is { } word ? Enum.Parse<AnnouncementState>(word, ignoreCase: true) : (AnnouncementState?)null;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var answer = await plane.AnnouncementsAsync(
            invocation.Arguments.GetValue(invocation.Options.App), invocation.Arguments.GetValue(_channel), state, cancellationToken);
        invocation.Terminal.Result(answer, writer => Write(answer.Announcements, invocation.Surroundings.Time.GetUtcNow(), writer));
        foreach (var (channel, count) in answer.Forgotten)
        {
            invocation.Terminal.Say($"{count} older dead announcements of the channel {channel} were forgotten: the newest {AnnouncementRecord.MostDead} are kept");
        }

        return ExitCode.Success;
    }

    private static void Write(IReadOnlyList<AnnouncementAnswer> announcements, DateTimeOffset now, TextWriter writer)
    {
        var table = new TextTable("ID", "CHANNEL", "STATE", "TRIED", "WHEN", "EVENT", "TEXT", "ANSWER");
        foreach (var announcement in announcements)
        {
            table.Add(
                announcement.Id, announcement.Channel, announcement.State.ToString().ToLowerInvariant(), announcement.Attempts.ToString(CultureInfo.InvariantCulture),
                Plain.Ago(announcement.At, now), announcement.Event, announcement.Text.ReplaceLineEndings(" "), announcement.Detail ?? "-");
        }

        table.Write(writer);
    }
}
