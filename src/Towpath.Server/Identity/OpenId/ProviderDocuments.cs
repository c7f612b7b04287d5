using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity.OpenId;

namespace Towpath.Server.Identity.OpenId;

/// <summary>The provider's discovery document and keys: fetched when they are needed, kept for an hour, and one fetch at a time.</summary>
internal sealed class ProviderDocuments(ProviderConnection connection, string issuer, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    // Whoever sends tokens with invented key names must not make us ask the provider each time.
    private static readonly TimeSpan LeastBetween = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private ProviderMetadata? _metadata;
    private DiagnosticException? _failure;
    private DateTimeOffset _failedAt;
    private DateTimeOffset _metadataAt;
    private ImmutableArray<SigningKey> _keys = [];
    private DateTimeOffset _keysAt = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>What the provider says of itself.</summary>
    public async Task<ProviderMetadata> MetadataAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_metadata is { } known && now - _metadataAt < Life) return known;
            if (_failure is { } failure && now - _failedAt < LeastBetween) throw failure;
            var bytes = await connection.GetAsync(ProviderMetadata.Discovery(issuer), "its discovery document", cancellationToken);
            var (metadata, problem) = ProviderMetadata.Read(bytes, issuer);
            _metadata = metadata ?? throw ProviderConnection.Fails(problem!);
            _metadataAt = now;
            return metadata;
        }
        catch (DiagnosticException failed)
        {
            // Anybody may begin a login: those that wait behind this one must not each wait for a provider that is away.
            if (failed != _failure) (_failure, _failedAt) = (failed, time.GetUtcNow());
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Its keys.</summary>
    /// <param name="metadata">Where they are.</param>
    /// <param name="newer">Those known do not suffice: they are fetched again, unless they just were.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ImmutableArray<SigningKey>> KeysAsync(ProviderMetadata metadata, bool newer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (now - _keysAt < (newer ? LeastBetween : Life)) return _keys;
            var bytes = await connection.GetAsync(metadata.Keys, "its set of keys", cancellationToken);
            _keys = SigningKeys.Read(bytes) ?? throw ProviderConnection.Fails("its set of keys can't be read");
            _keysAt = now;
            return _keys;
        }
        finally
        {
            _turn.Release();
        }
    }
}
