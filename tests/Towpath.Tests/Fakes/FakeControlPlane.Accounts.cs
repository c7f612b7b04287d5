using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Accounts: one of each answer, and whoever a test says.
internal partial class FakeControlPlane
{
    public Dictionary<string, Principal> Principals { get; } = [];

    public ShipCandidate Shipped { get; set; } = new("shop", []);

    public string? RunsApplication { get; set; } = "shop";

    public Func<string, Principal?>? OnAuthenticate { get; set; }

    public Func<SessionRequest, NewTokenAnswer> OnLogin { get; set; } = request => new NewTokenAnswer("5", request.Account!, "tp_5_secret", Facts.Start.AddHours(12));

    public IReadOnlyList<AccountAnswer> Known { get; set; } =
        [new AccountAnswer("ben", AccountKind.Person, ["dev"], false, true, [new GrantAnswer(Role.Developer, "shop", "*")], Facts.Start)];

    public TimeProvider Time { get; set; } = new ManualTime();

    public Principal? Authenticate(string token) => OnAuthenticate is { } own ? own(token) : Principals.GetValueOrDefault(token);

    public string? ApplicationOfRun(string run) => RunsApplication;

    public Task<WhoAnswer> WhoAmIAsync(CancellationToken cancellationToken) => Task.FromResult(WhoAnswer.Of(Principal.Owner));

    public Task<IReadOnlyList<AccountAnswer>> AccountsAsync(CancellationToken cancellationToken) => Answer("accounts", _ => Known);

    public Task<AccountAnswer> AddAccountAsync(AccountRequest request, CancellationToken cancellationToken) =>
        Answer(request, r => new AccountAnswer(r.Name, r.Kind, r.Teams ?? [], false, false, [], Facts.Start));

    public Task<AccountAnswer> ChangeAccountAsync(string account, AccountChangeRequest request, CancellationToken cancellationToken) =>
        Answer((object)(account, request), _ => Known[0] with { Name = account, Disabled = request.Disabled ?? false });

    public Task SetPasswordAsync(string account, PasswordRequest request, CancellationToken cancellationToken) => Answer((object)(account, request), _ => true);

    public Task<AccountAnswer> GrantAsync(string account, GrantRequest request, CancellationToken cancellationToken) =>
        Answer((object)(account, request), _ => Known[0] with { Name = account });

    public Task<IReadOnlyList<TokenAnswer>> TokensAsync(CancellationToken cancellationToken) => Answer<string, IReadOnlyList<TokenAnswer>>(
        "tokens", _ => [new TokenAnswer("7", "ben", false, Role.Viewer, "shop", "*", Facts.Start, Facts.Start.AddDays(30), null, null)]);

    public Task<NewTokenAnswer> CreateTokenAsync(string account, TokenRequest request, CancellationToken cancellationToken) =>
        Answer((object)(account, request), _ => new NewTokenAnswer("7", account, "tp_7_secret", Facts.Start.AddDays(request.Days)));

    public Task RevokeTokenAsync(string token, RevokeRequest request, CancellationToken cancellationToken) => Answer((object)(token, request), _ => true);

    public Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken) => Answer(request, OnLogin);

    public Task LogoutAsync(CancellationToken cancellationToken) => Answer("logout", _ => true);
}
