using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Files;
using Towpath.Cli.Terminal;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath evidence submit</c>.</summary>
internal sealed class EvidenceSubmitVerb : Verb
{
    private const int MostOfSignature = 4 * 1024;
    private const byte DerSequence = 0x30;

    private readonly Argument<string> _file = new("FILE") { Description = "File that `towpath pipeline run --evidence` wrote." };
    private readonly Option<string?> _signature = new("--signature") { Description = "Its detached signature, as `openssl dgst -sha256 -sign` makes it, or the same in base64.", HelpName = "FILE" };
    private readonly Option<string?> _commit = new("--commit", "-c") { Description = "Commit that is meant; a file of another one is refused.", HelpName = "NAME" };

    /// <summary>Declares it.</summary>
    public EvidenceSubmitVerb()
        : base("submit", "Hands in evidence of a pipeline that ran elsewhere, for the gate `ci`.", "evidence submit towpath-evidence.json --commit HEAD", "evidence submit towpath-evidence.json --signature towpath-evidence.json.sig")
    {
        Arguments.Add(_file);
        Options.Add(_signature);
        Options.Add(_commit);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = invocation.Surroundings.Folder;
        var content = GivenFile.ReadText(folder, invocation.Arguments.GetValue(_file)!, CiEvidenceFile.Longest);
        if (CiEvidenceFile.Read(content, out var evidence) is { } why) throw new DiagnosticException(ExitCode.InvalidInput, CiDiagnostics.Unreadable(why));
        var request = new EvidenceRequest(content, invocation.Actor)
        {
            Signature = invocation.Arguments.GetValue(_signature) is { } signature ? Signature(GivenFile.ReadBytes(folder, signature, MostOfSignature)) : null,
            Commit = await CommitAsync(invocation, cancellationToken),
        };
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = invocation.Arguments.GetValue(invocation.Options.App) ?? evidence!.Application;
        var accepted = await plane.SubmitEvidenceAsync(application, request, cancellationToken);
        invocation.Terminal.Result(accepted, text => text.WriteLine($"commit {Plain.Commit(accepted.Commit)} of {application} was {accepted.Verdict}: accepted, {(accepted.Key is { } key ? $"by the key {key}" : $"by {accepted.Actor}")}"));
        return ExitCode.Success;
    }

    private async Task<string?> CommitAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Arguments.GetValue(_commit) is not { } name || CiEvidenceFile.IsCommit(name)) return invocation.Arguments.GetValue(_commit);
        return (await invocation.Surroundings.ResolveCommit(invocation.Surroundings.Folder, name, cancellationToken)).Commit;
    }

    private static string Signature(byte[] bytes) =>
        bytes is [DerSequence, ..] ? Convert.ToBase64String(bytes) : string.Concat(bytes.Select(b => (char)b).Where(c => !char.IsWhiteSpace(c)));
}

/// <summary><c>towpath evidence list</c>.</summary>
internal sealed class EvidenceListVerb : Verb
{
    private readonly Argument<string?> _commit = new("COMMIT") { Description = "Beginning of a commit's name (default: all).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    public EvidenceListVerb()
        : base("list", "Lists evidence of pipelines that ran elsewhere, newest first.", "evidence list", "evidence list 5f1c0c6a") => Arguments.Add(_commit);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var all = await plane.EvidenceAsync(application, invocation.Arguments.GetValue(_commit), cancellationToken);
        var table = new TextTable("COMMIT", "VERDICT", "WHERE", "BEGAN", "BY", "COUNTS", "URL");
        foreach (var one in all)
        {
            table.Add(
                Plain.Commit(one.Commit), one.Verdict, one.System ?? "-", one.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                one.Key is { } key ? $"the key {key}" : Plain.Clean(one.Actor), one.Counts ? "yes" : "no", one.Url is { } url ? Plain.Clean(url) : "-");
        }

        invocation.Terminal.Result(all, table.Write);
        return ExitCode.Success;
    }
}

/// <summary><c>towpath evidence key add</c>.</summary>
internal sealed class EvidenceKeyAddVerb : Verb
{
    private const int MostOfKey = 16 * 1024;
    private readonly Argument<string> _name = new("NAME") { Description = "Its name." };
    private readonly Argument<string> _file = new("FILE") { Description = "The public key in PEM: ECDSA over P-256." };

    /// <summary>Declares it.</summary>
    public EvidenceKeyAddVerb()
        : base("add", "Registers a public key: evidence that it signed counts, whoever hands it in.", "evidence key add gitlab ci.pub")
    {
        Arguments.Add(_name);
        Arguments.Add(_file);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var pem = GivenFile.ReadText(invocation.Surroundings.Folder, invocation.Arguments.GetValue(_file)!, MostOfKey);
        // A private key is never sent anywhere, not even to be refused.
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal)) throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.BadKey());
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var key = await plane.AddEvidenceKeyAsync(application, new EvidenceKeyRequest(invocation.Arguments.GetValue(_name)!, pem, invocation.Actor), cancellationToken);
        invocation.Terminal.Result(key, text => text.WriteLine($"{key.Name} {key.Fingerprint}"));
        return ExitCode.Success;
    }
}

/// <summary><c>towpath evidence key list</c>.</summary>
internal sealed class EvidenceKeyListVerb() : Verb("list", "Lists the keys that vouch for evidence.", "evidence key list")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var keys = await plane.EvidenceKeysAsync(await invocation.ApplicationAsync(plane, cancellationToken), cancellationToken);
        var table = new TextTable("KEY", "FINGERPRINT", "BY", "SINCE");
        foreach (var key in keys) table.Add(key.Name, key.Fingerprint, Plain.Clean(key.Actor), key.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        invocation.Terminal.Result(keys, table.Write);
        return ExitCode.Success;
    }
}

/// <summary><c>towpath evidence key remove</c>.</summary>
internal sealed class EvidenceKeyRemoveVerb : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Its name." };

    /// <summary>Declares it.</summary>
    public EvidenceKeyRemoveVerb()
        : base("remove", "Takes a key away: what it vouched for no longer counts.", "evidence key remove gitlab") => Arguments.Add(_name);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var name = invocation.Arguments.GetValue(_name)!;
        await plane.RemoveEvidenceKeyAsync(application, new EvidenceKeyRemovalRequest(name, invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"what the key {name} vouched for no longer counts");
        invocation.Terminal.Result(new { Application = application, Name = name }, _ => { });
        return ExitCode.Success;
    }
}
