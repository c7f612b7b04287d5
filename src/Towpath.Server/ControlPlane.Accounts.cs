using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Releases;
using Towpath.Server.Api;

namespace Towpath.Server;

// Accounts, and what rights are judged by.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public TimeProvider Time => _time;

    /// <inheritdoc/>
    public Principal? Authenticate(string token) => _authenticator.Authenticate(token);

    /// <inheritdoc/>
    public string? ApplicationOfRun(string run) => _store.Run(run)?.Application;

    /// <inheritdoc/>
    public Task<WhoAnswer> WhoAmIAsync(CancellationToken cancellationToken) => Task.FromResult(WhoAnswer.Of(Principal.Owner));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountAnswer>> AccountsAsync(CancellationToken cancellationToken) => Task.FromResult(_accounts.List());

    /// <inheritdoc/>
    public Task<AccountAnswer> AddAccountAsync(AccountRequest request, CancellationToken cancellationToken) => Task.FromResult(_accounts.Add(request));

    /// <inheritdoc/>
    public Task<AccountAnswer> ChangeAccountAsync(string account, AccountChangeRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_accounts.Change(account, request));

    /// <inheritdoc/>
    public async Task SetPasswordAsync(string account, PasswordRequest request, CancellationToken cancellationToken)
    {
        if (request.Current is { } current) await _logins.ProveAsync(account, current, cancellationToken);
        await Task.Run(() => _accounts.SetPassword(account, request), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountAnswer> GrantAsync(string account, GrantRequest request, CancellationToken cancellationToken) => Task.FromResult(_accounts.Grant(account, request));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenAnswer>> TokensAsync(CancellationToken cancellationToken) => Task.FromResult(_tokens.List());

    /// <inheritdoc/>
    public Task<NewTokenAnswer> CreateTokenAsync(string account, TokenRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_tokens.Create(account, request));

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string token, RevokeRequest request, CancellationToken cancellationToken)
    {
        _tokens.Revoke(token, request.Actor);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken) => _logins.LoginAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task LogoutAsync(CancellationToken cancellationToken) => throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.NoSession());

    /// <summary>
    /// Environments of before whose guards a new ladder changes: who enters by itself, which gates hold, what the objectives are that they judge by, and which
    /// environment comes before. Else whoever may ship could let himself into production by a commit.
    /// </summary>
    internal static IReadOnlyList<string> ChangedGuards(Ladder? before, Ladder after) => before is null
        ? []
        : [.. before.Environments.Select(e => e.Name).Where(name => after.Environment(name) is { } environment && Guards(before, before.Environment(name)!) != Guards(after, environment))];

    private static string Guards(Ladder ladder, EnvironmentSpec environment)
    {
        // Where it stands in the file is no guard.
        var nowhere = new Location("", 0, 0, 0, 0, "");
        var gates = environment.Gates with { Window = environment.Gates.Window is { } window ? window with { Location = nowhere } : null };
        var below = ladder.Below(environment.Name);
        var bare = new EnvironmentSpec { Name = environment.Name, Location = nowhere, Automatic = environment.Automatic, Gates = gates };
        var under = new EnvironmentSpec { Name = below?.Name ?? "", Location = nowhere, Slo = below?.Slo is { } slo ? slo with { Location = nowhere } : null };
        return JsonSerializer.Serialize(new Ladder([bare, under]), ReleaseJson.Default.Ladder);
    }
}
