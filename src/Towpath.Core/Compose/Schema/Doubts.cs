namespace Towpath.Core.Compose.Schema;

/// <summary>
/// Services and resources in which something is wrong already. What such a one says beside that is in doubt, so later phases pass over it
/// rather than tell of what follows from the first mistake.
/// </summary>
/// <param name="hasTemplates">Variables were not replaced, so that a text with <c>$</c> may stand for anything.</param>
internal sealed class Doubts(bool hasTemplates)
{
    private readonly HashSet<(string Section, string Name)> _names = [];

    /// <summary>Adds one.</summary>
    /// <param name="section"><c>services</c>, <c>networks</c> ...</param>
    /// <param name="name">Its key.</param>
    public void Add(string section, string name) => _names.Add((section, name));

    /// <summary>Whether it is in doubt.</summary>
    public bool Contains(string section, string name) => _names.Contains((section, name));

    /// <summary>Whether a text may stand for anything.</summary>
    public bool IsTemplate(YamlScalar scalar) => hasTemplates && scalar.Value.Contains('$');
}
