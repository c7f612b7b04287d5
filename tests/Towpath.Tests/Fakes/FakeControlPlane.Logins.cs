using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Identity.OpenId;

namespace Towpath.Tests.Fakes;

// Logins by pages: a provider that takes everybody, and one good code.
internal partial class FakeControlPlane
{
    public bool HasProvider { get; set; }

    public string FirstCode { get; set; } = "first-code";

    public Func<ProviderReturn, ProvidedSession> OnProviderReturn { get; set; } = _ => new ProvidedSession(new NewTokenAnswer("5", "ben", "tp_5_secret", Facts.Start.AddHours(12)), "/login");

    public Task<AccountAnswer> LinkAccountAsync(string account, AccountLinkRequest request, CancellationToken cancellationToken) =>
        Answer((object)(account, request), _ => Known[0] with { Name = account });

    public string GiveCode(string account, TerminalLogin login)
    {
        Asked.Enqueue((account, login));
        return "terminal-code";
    }

    public Task<NewTokenAnswer> LoginByCodeAsync(CodeRequest request, CancellationToken cancellationToken) => Answer(request, _ => new NewTokenAnswer("5", "ben", "tp_5_secret", Facts.Start.AddHours(12)));

    public Task<FirstLinkAnswer> FirstLinkAsync(CancellationToken cancellationToken) => Answer("first link", _ => new FirstLinkAnswer(null, FirstCode, Facts.Start.AddHours(1)));

    public Task<ProviderLogin> BeginLoginAsync(string back, CancellationToken cancellationToken) =>
        Answer($"begin {back}", _ => new ProviderLogin(new Uri("https://id.example.org/authorize?state=s"), "ticket"));

    public Task<ProvidedSession> EndLoginAsync(ProviderReturn answer, CancellationToken cancellationToken) => Answer(answer, OnProviderReturn);

    public bool IsFirstLink(string code) => code == FirstCode;

    public Task RedeemFirstLinkAsync(string code, string account, string password, CancellationToken cancellationToken) => Answer($"first {code} {account} {password}", _ => true);
}
