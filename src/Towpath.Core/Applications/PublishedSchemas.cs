using System.Collections.Immutable;

namespace Towpath.Core.Applications;

/// <summary>The JSON Schemas of <c>docs/schemas</c>, carried inside the program so that editors can be set up without a network.</summary>
public static class PublishedSchemas
{
    private const string Prefix = "schemas/";
    private const string Ending = ".schema";

    /// <summary>What there are schemas of: <c>towpath</c> for <c>towpath.yaml</c>, <c>server</c> for <c>server.yaml</c>, <c>x-towpath</c> for what stands under that key in a Compose file.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        .. typeof(PublishedSchemas).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a schema.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    public static string Read(string name)
    {
        using var stream = typeof(PublishedSchemas).Assembly.GetManifestResourceStream(Prefix + name + Ending)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
