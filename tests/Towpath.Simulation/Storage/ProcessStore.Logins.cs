using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Links to providers, and the code of the first administrator's link.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public bool AddLink(AccountLink link, params ImmutableArray<Fact> facts) => Write(() => inner.AddLink(link, facts));

    /// <inheritdoc/>
    public bool RemoveLinks(string account, params ImmutableArray<Fact> facts) => Write(() => inner.RemoveLinks(account, facts));

    /// <inheritdoc/>
    public string? LinkedAccount(string issuer, string subject) => Read(() => inner.LinkedAccount(issuer, subject));

    /// <inheritdoc/>
    public void KeepFirstCode(string hash, DateTimeOffset expiresAt, params ImmutableArray<Fact> facts) => Write(() => inner.KeepFirstCode(hash, expiresAt, facts));

    /// <inheritdoc/>
    public bool IsFirstCode(string hash, DateTimeOffset now) => Read(() => inner.IsFirstCode(hash, now));

    /// <inheritdoc/>
    public bool TakeFirstCode(string hash, DateTimeOffset now) => Write(() => inner.TakeFirstCode(hash, now));
}
