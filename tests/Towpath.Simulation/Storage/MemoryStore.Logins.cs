using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Links to providers, and the code of the first administrator's link.
internal sealed partial class MemoryStore
{
    private readonly List<AccountLink> _links = [];
    private (string Hash, DateTimeOffset ExpiresAt)? _firstCode;

    /// <inheritdoc/>
    public bool AddLink(AccountLink link, params ImmutableArray<Fact> facts) => Write(() =>
    {
        var free = !_links.Any(l => l.Issuer == link.Issuer && (l.Subject == link.Subject || l.Account == link.Account));
        if (free) _links.Add(link);
        return Told(facts, free);
    });

    /// <inheritdoc/>
    public bool RemoveLinks(string account, params ImmutableArray<Fact> facts) => Write(() => Told(facts, _links.RemoveAll(l => l.Account == account) > 0));

    /// <inheritdoc/>
    public string? LinkedAccount(string issuer, string subject) => Read(() => _links.SingleOrDefault(l => l.Issuer == issuer && l.Subject == subject)?.Account);

    /// <inheritdoc/>
    public void KeepFirstCode(string hash, DateTimeOffset expiresAt, params ImmutableArray<Fact> facts) => Write(() =>
    {
        _firstCode = (hash, expiresAt);
        Add(facts);
    });

    /// <inheritdoc/>
    public bool IsFirstCode(string hash, DateTimeOffset now) => Read(() => _firstCode is { } code && code.Hash == hash && code.ExpiresAt > now);

    /// <inheritdoc/>
    public bool TakeFirstCode(string hash, DateTimeOffset now) => Write(() =>
    {
        var good = _firstCode is { } code && code.Hash == hash && code.ExpiresAt > now;
        if (good) _firstCode = null;
        return good;
    });
}
