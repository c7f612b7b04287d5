using System.Collections.Immutable;
using Towpath.Core.Configuration;

namespace Towpath.Engines.Secrets;

/// <summary>The keys of a control plane: the first seals, all of them open.</summary>
public sealed class SecretKeys
{
    private SecretKeys(ImmutableArray<SecretKey> all) => All = all;

    /// <summary>All, at least one.</summary>
    public ImmutableArray<SecretKey> All { get; }

    /// <summary>The one that seals.</summary>
    public SecretKey First => All[0];

    /// <summary>One new key.</summary>
    public static SecretKeys New() => new([SecretKey.New()]);

    /// <summary>Reads keys as <see cref="KeyText"/> does; null where it can't. One that stands there twice counts once.</summary>
    public static SecretKeys? Parse(string text) =>
        KeyText.Parse(text) is { } keys ? new SecretKeys([.. keys.Select(k => new SecretKey(k)).DistinctBy(k => k.Id)]) : null;

    /// <summary>As <see cref="Parse"/> reads them.</summary>
    public string Export() => string.Concat(All.Select(k => k.Export() + "\n"));

    /// <summary>The key of a name, or null.</summary>
    public SecretKey? Find(string id) => All.FirstOrDefault(k => k.Id == id);

    /// <summary>These with another first one.</summary>
    public SecretKeys With(SecretKey first) => new([first, .. All.Where(k => k.Id != first.Id)]);

    /// <summary>The first one alone.</summary>
    public SecretKeys OnlyFirst() => new([First]);
}
