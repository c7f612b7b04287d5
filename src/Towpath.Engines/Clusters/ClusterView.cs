using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Watching;

namespace Towpath.Engines.Clusters;

/// <summary>
/// All that Towpath keeps on a cluster, for all of its environments: one watch for each kind, so that environments at rest cost the API server
/// nothing and a change is known at once. Where it does not know (not listed yet, the server is away, the account may not look at all namespaces)
/// it says so, and the environment is asked about by itself.
/// </summary>
public sealed class ClusterView : IDisposable
{
    /// <summary>Objects of a kind that are kept. With more of them environments are asked about one by one.</summary>
    public const int MostObjects = 200_000;

    private static readonly TimeSpan LongestFirstLook = TimeSpan.FromSeconds(20);

    private readonly KubernetesClient _client;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), Lazy<Followed>> _kinds = new();
    private readonly ConcurrentDictionary<string, long> _changes = new(StringComparer.Ordinal);

    /// <summary>Of a cluster. Nothing is asked before somebody wants to know.</summary>
    public ClusterView(KubernetesClient client) => _client = client;

    /// <summary>How often a namespace has changed, in any kind that is followed. Two looks with one number in between saw the same.</summary>
    public long ChangesOf(string space) => _changes.GetValueOrDefault(space);

    /// <summary>The objects of a kind in a namespace; null where they are not known here. Nobody changes them.</summary>
    /// <param name="kind">The kind, as the cluster serves it.</param>
    /// <param name="space">Namespace.</param>
    public IReadOnlyList<JsonObject>? Find(ApiKind kind, string space) => Follow(kind).Find(space);

    /// <summary>The same, but whoever asks before the first look at the kind has ended waits for it: a thousand environments that start together ask once.</summary>
    /// <param name="kind">The kind, as the cluster serves it.</param>
    /// <param name="space">Namespace.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IReadOnlyList<JsonObject>?> FindAsync(ApiKind kind, string space, CancellationToken cancellationToken)
    {
        var followed = Follow(kind);
        await followed.FirstLook.WaitAsync(LongestFirstLook, _client.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
        return followed.Find(space);
    }

    /// <summary>One object.</summary>
    /// <param name="kind">The kind, as the cluster serves it.</param>
    /// <param name="space">Namespace; empty for a kind without namespaces.</param>
    /// <param name="name">Name.</param>
    /// <param name="item">The object; null where there is none.</param>
    /// <returns>Whether it is known here if there is one.</returns>
    public bool TryFind(ApiKind kind, string space, string name, out JsonObject? item) => Follow(kind).TryFind(space, name, out item);

    /// <summary>Ends its watches.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private Followed Follow(ApiKind kind) => _kinds.GetOrAdd((kind.ApiVersion, kind.Kind), _ => new Lazy<Followed>(() => new Followed(this, kind))).Value;

    private void Changed(string space) => _changes.AddOrUpdate(space, 1, (_, before) => before + 1);

    /// <summary>The objects of one kind, by namespace.</summary>
    private sealed class Followed
    {
        private readonly ClusterView _view;
        private readonly Lock _lock = new();
        private readonly Dictionary<string, Dictionary<string, JsonObject>> _spaces = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource _firstLook = new();
        private int _count;
        private bool _isKnown;

        public Followed(ClusterView view, ApiKind kind)
        {
            _view = view;
            _ = FollowAsync(kind, view._ending.Token);
        }

        /// <summary>Ends when it has been listed once, or can't be.</summary>
        public Task FirstLook => _firstLook.Task;

        public IReadOnlyList<JsonObject>? Find(string space)
        {
            lock (_lock)
            {
                return _isKnown ? _spaces.TryGetValue(space, out var found) ? [.. found.Values] : [] : null;
            }
        }

        public bool TryFind(string space, string name, out JsonObject? item)
        {
            lock (_lock)
            {
                item = _spaces.GetValueOrDefault(space)?.GetValueOrDefault(name);
                return _isKnown;
            }
        }

        private async Task FollowAsync(ApiKind kind, CancellationToken cancellationToken)
        {
            try
            {
                await foreach (var change in _view._client.WatchAsync(kind, new ObjectFilter(null, $"{ObjectNames.ManagedBy}={ClusterObjects.Manager}"), cancellationToken))
                {
                    Take(change);
                    _firstLook.TrySetResult();
                    if (_count > MostObjects)
                    {
                        break;
                    }
                }
            }
            catch (Exception e) when (e is KubernetesException or OperationCanceledException)
            {
                // Refused for good, or over: environments are asked about one by one.
            }
            finally
            {
                Forget();
                _firstLook.TrySetResult();
            }
        }

        private void Take(ObjectChange change)
        {
            lock (_lock)
            {
                switch (change)
                {
                    case ObjectChange.Snapshot snapshot:
                        Replace(snapshot.Items);
                        break;
                    case ObjectChange.Set set:
                        Set(set.Item);
                        break;
                    case ObjectChange.Removed removed:
                        Remove(ObjectKey.Of(removed.Item));
                        break;
                    case ObjectChange.Interrupted:
                        // What was is kept, for the watch goes on from there; what is cannot be said.
                        _isKnown = false;
                        break;
                    case ObjectChange.Resumed:
                        _isKnown = true;
                        break;
                }
            }
        }

        private void Replace(IReadOnlyList<JsonObject> items)
        {
            var now = items.Select(ObjectKey.Of).ToHashSet();
            foreach (var gone in _spaces.SelectMany(s => s.Value.Keys.Select(name => new ObjectKey(s.Key, name))).Where(k => !now.Contains(k)).ToList())
            {
                Remove(gone);
            }

            foreach (var item in items)
            {
                Set(item);
            }

            _isKnown = true;
        }

        private void Set(JsonObject item)
        {
            // Who holds which field is most of an object's size, and values of settings the rest; nothing here looks at them, and secrets are better not kept.
            (item.At("metadata") as JsonObject)?.Remove("managedFields");
            item.Remove("data");
            item.Remove("binaryData");
            var key = ObjectKey.Of(item);
            if (!_spaces.TryGetValue(key.Namespace, out var space))
            {
                _spaces[key.Namespace] = space = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
            }

            var before = space.GetValueOrDefault(key.Name);
            if (before is not null && before.Text("metadata", "uid") == item.Text("metadata", "uid") && before.Text("metadata", "resourceVersion") == item.Text("metadata", "resourceVersion"))
            {
                return;
            }

            _count += before is null ? 1 : 0;
            space[key.Name] = item;
            _view.Changed(key.Namespace);
        }

        private void Remove(ObjectKey key)
        {
            if (!_spaces.TryGetValue(key.Namespace, out var space) || !space.Remove(key.Name))
            {
                return;
            }

            _count--;
            if (space.Count == 0)
            {
                _spaces.Remove(key.Namespace);
            }

            _view.Changed(key.Namespace);
        }

        private void Forget()
        {
            lock (_lock)
            {
                _isKnown = false;
                _spaces.Clear();
                _count = 0;
            }
        }
    }
}
