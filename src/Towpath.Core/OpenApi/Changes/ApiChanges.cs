using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>
/// Names what differs between two versions of an API, as its clients see it. The direction counts: a value that a request may no longer
/// have breaks clients, a value that an answer no longer has does not.
/// </summary>
public static class ApiChanges
{
    /// <summary>All differences, those of the new description in its order, then what was removed.</summary>
    /// <param name="old">What clients were written for.</param>
    /// <param name="now">What they will meet.</param>
    public static ImmutableArray<ApiChange> Compare(ApiDescription old, ApiDescription now)
    {
        var log = new ChangeLog();
        var schemas = new SchemaChanges(log);
        var before = old.Operations.DistinctBy(KeyOf).ToDictionary(KeyOf);
        var after = now.Operations.DistinctBy(KeyOf).ToDictionary(KeyOf);
        foreach (var (key, operation) in after)
        {
            if (before.TryGetValue(key, out var earlier))
                new OperationChanges(earlier, operation, log, schemas).Compare();
            else
                log.Add("operation-added", ApiEffect.Compatible, $"{operation.Name} is new", operation.Location);
        }

        foreach (var (_, gone) in before.Where(b => !after.ContainsKey(b.Key)))
        {
            var whole = !now.Operations.Any(o => ApiRules.ShapeOf(o.Path) == ApiRules.ShapeOf(gone.Path));
            log.Removed(whole ? "path-removed" : "operation-removed", ApiEffect.OperationGone, $"{gone.Name} was removed", gone.Location);
        }

        return log.Changes;
    }

    private static (string Method, string Path) KeyOf(ApiOperation operation) => (operation.Method, ApiRules.ShapeOf(operation.Path));
}

/// <summary>Collects changes, each once.</summary>
internal sealed class ChangeLog
{
    private const int MaxChanges = 1000;
    private readonly HashSet<ApiChange> _seen = [];
    private readonly List<ApiChange> _changes = [];

    public ImmutableArray<ApiChange> Changes => [.. _changes.Where(c => !c.InOld), .. _changes.Where(c => c.InOld)];

    /// <summary>Something that is in the new description.</summary>
    public void Add(string name, ApiEffect effect, string text, Location place) => Add(new ApiChange(name, effect, text, place));

    /// <summary>Something that was in the old one.</summary>
    public void Removed(string name, ApiEffect effect, string text, Location place) => Add(new ApiChange(name, effect, text, place, InOld: true));

    private void Add(ApiChange change)
    {
        if (_changes.Count < MaxChanges && _seen.Add(change))
            _changes.Add(change);
    }
}
