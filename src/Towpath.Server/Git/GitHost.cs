using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;
using Towpath.Engines.Git;

namespace Towpath.Server.Git;

/// <summary>The repositories below the state folder, served by the git program.</summary>
/// <param name="stateFolder">State folder.</param>
/// <param name="settings">What <c>server.yaml</c> says of them.</param>
internal sealed class GitHost(string stateFolder, GitSettings settings) : IGitHost, IDisposable
{
    /// <summary>Folder of all repositories, below the state folder.</summary>
    public const string FolderName = "git";

    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(15);

    // What git takes from strangers: whole objects only, and nothing below the names that are ours.
    private static readonly string[] Always =
        ["transfer.fsckObjects=true", $"transfer.hideRefs={HostedRepository.Own}", "gc.autoDetach=false"];

    // The shipping branch only ever grows: what was shipped from it stays in it.
    private static readonly string[] GrowsOnly = ["receive.denyNonFastForwards=true", "receive.denyDeletes=true"];

    private readonly string _root = Path.Combine(stateFolder, FolderName);
    private readonly GitTurns _turns = new(settings.AtOnce, settings.Waiting);

    /// <inheritdoc/>
    public long MostBytes => settings.MostBytes;

    private GitHttpBackend Backend => new(_root, CallLimit);

    /// <summary>What was pushed while the control plane was killed, and so never acknowledged, is taken back: the same push can then be made again.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_root)) return;
        foreach (var folder in Directory.EnumerateDirectories(_root, "*.git"))
        {
            var repository = new BareRepository(folder);
            if (!repository.Exists) continue;
            var branch = await repository.HeadAsync(cancellationToken);
            var taken = await repository.CommitAsync(HostedRepository.Taken(branch), cancellationToken);
            if (await repository.CommitAsync(branch, cancellationToken) != taken) await repository.SetAsync(branch, taken, cancellationToken);
        }
    }

    /// <summary>Removes the repository of an application.</summary>
    public void Remove(string application)
    {
        if (HostedRepository.IsName(application) && Directory.Exists(Folder(application))) Directory.Delete(Folder(application), recursive: true);
    }

    /// <inheritdoc/>
    public async Task ServeAsync(GitRequest request, CancellationToken cancellationToken)
    {
        using var inside = _turns.Enter();
        using var turn = await _turns.TakeAsync(cancellationToken);
        await OpenAsync(request, cancellationToken);
        await Backend.RunAsync(Call(request, []), request.Body, async (head, output, token) => await output.CopyToAsync(request.Reply(head), token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReceiveAsync(GitRequest request, ShipPushed ship, CancellationToken cancellationToken)
    {
        var (commands, body) = await HeadedBody.ReadAsync(request.Body, cancellationToken);
        var repository = await OpenAsync(request, cancellationToken);
        var reply = new PushReply(request.Reply, commands.HasSideBand);
        var lines = await TakeAsync(request with { Body = body }, repository, commands, reply, ship, cancellationToken);
        if (lines is not null)
        {
            await foreach (var line in lines.WithCancellation(cancellationToken)) await reply.SayAsync(line, cancellationToken);
        }

        await reply.EndAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    /// <summary>From the references as they were to an acknowledged push. One at a time changes the shipping branch, so that before and after are this push's.</summary>
    private async Task<IAsyncEnumerable<string>?> TakeAsync(
        GitRequest request, BareRepository repository, PushCommands commands, PushReply reply, ShipPushed ship, CancellationToken cancellationToken)
    {
        using var inside = _turns.Enter();
        using var alone = await _turns.AloneAsync(request.Application, cancellationToken);
        var branch = await ShippingBranchAsync(repository, commands, cancellationToken);
        var ships = commands.Commands.Any(c => c.Reference == branch);
        var before = await repository.CommitAsync(branch, cancellationToken);
        try
        {
            using (await _turns.TakeAsync(cancellationToken))
                await Backend.RunAsync(Call(request, ships ? GrowsOnly : []), request.Body, reply.TakeAsync, cancellationToken);
            var lines = await ShipAsync(repository, commands, branch, before, ship, cancellationToken);
            await reply.AcknowledgeAsync(cancellationToken);
            return lines;
        }
        catch
        {
            await TakeBackAsync(repository, branch, before);
            throw;
        }
    }

    private static async Task<IAsyncEnumerable<string>?> ShipAsync(
        BareRepository repository, PushCommands commands, string branch, string? before, ShipPushed ship, CancellationToken cancellationToken)
    {
        var after = await repository.CommitAsync(branch, cancellationToken);
        if (after is null || after == before)
        {
            var other = commands.Commands.Any(c => c.Reference != branch && !c.Deletes);
            return other ? Once($"only {branch[HostedRepository.Heads.Length..]} ships; other branches and tags are kept") : null;
        }

        var lines = await ship(repository.Folder, after, cancellationToken);
        // From here on it counts, whoever is killed.
        await repository.SetAsync(HostedRepository.Taken(branch), after, CancellationToken.None);
        return lines;
    }

    /// <summary>Not acknowledged, so it must not be there either: else the same push, made again, would find nothing to do.</summary>
    private static async Task TakeBackAsync(BareRepository repository, string branch, string? before)
    {
        var taken = await repository.CommitAsync(HostedRepository.Taken(branch), CancellationToken.None);
        var now = await repository.CommitAsync(branch, CancellationToken.None);
        if (now != before && now != taken) await repository.SetAsync(branch, before, CancellationToken.None);
    }

    private async Task<string> ShippingBranchAsync(BareRepository repository, PushCommands commands, CancellationToken cancellationToken)
    {
        var head = await repository.HeadAsync(cancellationToken);
        var isEmpty = await repository.CommitAsync(head, cancellationToken) is null;
        var branch = HostedRepository.ShippingBranch(settings.Branch, head, isEmpty, commands);
        if (branch == head) return branch;
        // What the branch holds already was kept, and not shipped: the next push to it is.
        if (await repository.CommitAsync(branch, cancellationToken) is { } kept) await repository.SetAsync(HostedRepository.Taken(branch), kept, cancellationToken);
        await repository.SetHeadAsync(branch, cancellationToken);
        return branch;
    }

    private async Task<BareRepository> OpenAsync(GitRequest request, CancellationToken cancellationToken)
    {
        if (!HostedRepository.IsName(request.Application)) throw new DiagnosticException(ExitCode.Usage, SourceDiagnostics.BadRepositoryName());
        var repository = new BareRepository(Folder(request.Application));
        if (repository.Exists) return repository;
        if (request.Service != GitCall.ReceivePack) throw new DiagnosticException(ExitCode.NotFound, SourceDiagnostics.NoRepository(request.Application));
        using var alone = await _turns.AloneAsync(request.Application, cancellationToken);
        if (!repository.Exists) await repository.CreateAsync(settings.Branch ?? HostedRepository.DefaultBranch, cancellationToken);
        return repository;
    }

    private string Folder(string application) => Path.Combine(_root, Name(application));

    private static string Name(string application) => application + ".git";

    private static GitCall Call(GitRequest request, IEnumerable<string> settings) => new(Name(request.Application), request.Service, request.Advertises, request.Account)
    {
        Length = request.Length,
        Encoding = request.Encoding,
        Protocol = request.Protocol,
        Settings = [.. Always, .. settings],
    };

    private static async IAsyncEnumerable<string> Once(string line)
    {
        await Task.CompletedTask;
        yield return line;
    }
}
