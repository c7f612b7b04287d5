using System.Globalization;

namespace Towpath.Bench;

/// <summary>What the command line of a benchmark says: <c>--name value</c> pairs.</summary>
internal sealed class BenchOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    /// <exception cref="BenchException">Something is no pair, or its name is not known.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments, params IReadOnlyList<string> known)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!known.Contains(arguments[i]) || i + 1 == arguments.Count)
                throw new BenchException($"options are {string.Join(", ", known)}, each with a value; not {arguments[i]}");
            options._values[arguments[i]] = arguments[i + 1];
        }

        return options;
    }

    /// <summary>A word, or the default.</summary>
    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <summary>A whole number from 0 to a million, or the default.</summary>
    public int Number(string name, int otherwise) =>
        !_values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000 ? number
        : throw new BenchException($"{name} is a whole number up to a million, not {text}");
}

/// <summary>The benchmark could not be run to its end.</summary>
internal sealed class BenchException(string message) : Exception(message);
