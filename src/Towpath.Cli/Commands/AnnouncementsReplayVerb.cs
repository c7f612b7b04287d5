using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath announcements replay</c>.</summary>
internal sealed class AnnouncementsReplayVerb : Verb
{
    private readonly Argument<string?> _announcement = new("ID") { Description = "A dead announcement, such as a-17.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _dead = new("--dead") { Description = "All that are dead." };
    private readonly Option<string?> _channel = new("--channel") { Description = "With --dead: those of one channel.", HelpName = "CHANNEL" };

    /// <summary>Declares it.</summary>
    public AnnouncementsReplayVerb()
        : base("replay", "Lets dead announcements be tried again, with the same idempotency keys.", "announcements replay a-17", "announcements replay --dead --channel team")
    {
        Arguments.Add(_announcement);
        Options.Add(_dead);
        Options.Add(_channel);
        Validators.Add(result =>
        {
            if ((result.GetValue(_announcement) is null) != result.GetValue(_dead))
            {
                result.AddError("name one announcement, or give --dead for all that are dead");
            }
        });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var request = new ReplayRequest(invocation.Arguments.GetValue(_announcement), invocation.Arguments.GetValue(_channel));
        var answer = await plane.ReplayAnnouncementsAsync(request, cancellationToken);
        invocation.Terminal.Result(answer, writer => writer.WriteLine(answer.Announcements.Count == 0 ? "none is dead" : $"tried again: {string.Join(' ', answer.Announcements)}"));
        return ExitCode.Success;
    }
}
