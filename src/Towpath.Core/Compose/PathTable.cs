namespace Towpath.Core.Compose;

/// <summary>
/// What holds at places of a Compose file: one step of the path for each instance, so that a walk over a tree takes its steps along.
/// A path is written <c>services.*.ports.[]</c>, where <c>*</c> is any key and <c>[]</c> any item of a list.
/// </summary>
/// <typeparam name="T">What is known of a place; its default is: nothing.</typeparam>
internal sealed class PathTable<T>
{
    private Dictionary<string, PathTable<T>>? _below;
    private PathTable<T>? _any;

    /// <summary>What holds here.</summary>
    public T? Value { get; private set; }

    /// <summary>The step to the items of a list, or null where nothing is known below them.</summary>
    public PathTable<T>? Items { get; private set; }

    /// <summary>The step to a key, or null where nothing is known below it.</summary>
    public PathTable<T>? Below(string key) => _below?.GetValueOrDefault(key) ?? _any;

    /// <summary>Adds paths, separated by white space.</summary>
    public PathTable<T> Add(T value, string paths)
    {
        foreach (var path in paths.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var at = this;
            foreach (var step in path.Split('.'))
            {
                at = at.Step(step);
            }

            at.Value = value;
        }

        return this;
    }

    private PathTable<T> Step(string step)
    {
        if (step == "*")
        {
            return _any ??= new PathTable<T>();
        }

        if (step == "[]")
        {
            return Items ??= new PathTable<T>();
        }

        _below ??= new Dictionary<string, PathTable<T>>(StringComparer.Ordinal);
        if (!_below.TryGetValue(step, out var below))
        {
            _below[step] = below = new PathTable<T>();
        }

        return below;
    }
}
