using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath agreement</c>.</summary>
internal sealed class AgreementVerb : Verb
{
    /// <summary>Declares it.</summary>
    public AgreementVerb()
        : base("agreement", "Shows the agreement that a release brings, who signed it, and who still has to.", "agreement", "agreement --release r-3f2a91 --output json") =>
        Options.Add(Release);

    /// <summary>Which release; <c>sign</c> below it takes the same, so that one given before it is not lost.</summary>
    public Option<string?> Release { get; } = new("--release") { Description = "Release, or the first digits of it or its commit (default: the newest).", HelpName = "RELEASE", Recursive = true };

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await plane.AgreementAsync(application, invocation.Arguments.GetValue(Release), cancellationToken);
        invocation.Terminal.Result(answer, text => AgreementText.Write(text, answer));
        return ExitCode.Success;
    }
}

/// <summary><c>towpath agreement sign</c>.</summary>
internal sealed class AgreementSignVerb : Verb
{
    private const string Yes = "yes";
    private readonly Option<string?> _release;
    private readonly Option<string> _side = new("--side") { Description = "Side that you sign for: a team that you are in.", Required = true, HelpName = "SIDE" };
    private readonly Option<string?> _hash = new("--hash") { Description = "Hash of the text that you have read, or its first 8 digits at least. Without it you are asked on the terminal.", HelpName = "HASH" };

    /// <summary>Declares it.</summary>
    public AgreementSignVerb(Option<string?> release)
        : base("sign", "Signs the agreement of a release for a side. A text that changed since you read it is not signed.", "agreement sign --side dev", "agreement sign --side ops --hash 5f0c21aa")
    {
        _release = release;
        Options.Add(_side);
        Options.Add(_hash);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var side = invocation.Arguments.GetValue(_side)!;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var release = invocation.Arguments.GetValue(_release);
        var hash = invocation.Arguments.GetValue(_hash);
        if (hash is null)
        {
            var shown = await plane.AgreementAsync(application, release, cancellationToken);
            await AskAsync(invocation, shown, side, cancellationToken);
            (release, hash) = (shown.Release, shown.Hash);
        }

        var answer = await plane.SignAgreementAsync(application, new SignRequest(release, side, hash, invocation.Actor), cancellationToken);
        var signed = answer.Sides.First(s => s.Side == side);
        invocation.Terminal.Say($"{signed.Actor} signed {Plain.Clean(answer.File)} of {answer.Release} for {side}: {answer.Hash}");
        invocation.Terminal.Result(answer, text => AgreementText.Write(text, answer));
        return ExitCode.Success;
    }

    private static async Task AskAsync(Invocation invocation, AgreementAnswer shown, string side, CancellationToken cancellationToken)
    {
        if (!invocation.Surroundings.IsInteractive)
        {
            throw new DiagnosticException(ExitCode.Usage, SigningDiagnostics.HashNeeded(shown.File, side));
        }

        invocation.Terminal.Say($"{Plain.Clean(shown.File)} of {shown.Release}: {shown.Hash}");
        invocation.Terminal.Say($"read it with: {AgreementText.Command(shown)}");
        invocation.Terminal.Say($"sign it for {side}? Write `{Yes}`:");
        if ((await invocation.Surroundings.In.ReadLineAsync(cancellationToken))?.Trim() != Yes)
        {
            throw new DiagnosticException(ExitCode.Cancelled, SigningDiagnostics.NotSigned(shown.File));
        }
    }
}

/// <summary>An agreement in words.</summary>
internal static class AgreementText
{
    private const int CommitDigits = 12;

    /// <summary>The text, its hash, and each side.</summary>
    public static void Write(TextWriter writer, AgreementAnswer answer)
    {
        writer.WriteLine($"{Plain.Clean(answer.File)} of {answer.Release}");
        writer.WriteLine($"sha256 {answer.Hash}");
        writer.WriteLine($"read it with: {Command(answer)}");
        foreach (var side in answer.Sides)
        {
            writer.WriteLine(side is { Actor: { } actor, At: { } at } ? $"  yes {side.Side}: {Plain.Clean(actor)}, {TokenText.Time(at)}" : $"  no  {side.Side}: has still to sign");
        }
    }

    /// <summary>What shows the text.</summary>
    public static string Command(AgreementAnswer answer) => $"git show {answer.Commit[..Math.Min(CommitDigits, answer.Commit.Length)]}:{Plain.Clean(answer.File)}";
}
