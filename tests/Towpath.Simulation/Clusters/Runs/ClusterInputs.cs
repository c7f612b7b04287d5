using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Engines.Clusters;
using Towpath.Engines.Environments;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>Commits without files.</summary>
internal sealed class NoFiles : ISourceFiles
{
    /// <summary>The only one.</summary>
    public static NoFiles Instance { get; } = new();

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? TryRead(string path) => null;

    /// <inheritdoc/>
    public IEnumerable<SourceFile> List() => [];

    /// <inheritdoc/>
    public bool FolderExists(string path) => false;
}

/// <summary>A registry that has all images.</summary>
internal sealed class FullRegistry : IClusterImages
{
    /// <inheritdoc/>
    public Task<string> EnsureAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) => Task.FromResult(Preview(desired, service));

    /// <inheritdoc/>
    public string Preview(EnvironmentDesired desired, ServiceDesired service) => $"registry.example/shop/{service.Name}@{service.Image.Digest}";
}

/// <summary>Small values that outlive control planes.</summary>
internal sealed class KeptValues : IEnvironmentMemory
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? Read(string key) => _values.GetValueOrDefault(key);

    /// <inheritdoc/>
    public void Write(string key, string value) => _values[key] = value;

    /// <inheritdoc/>
    public void Forget(string prefix)
    {
        foreach (var key in _values.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).ToList()) _values.Remove(key);
    }
}
