namespace Towpath.Core.Supply.Advisories;

/// <summary>
/// Base score of a CVSS v3.0 or v3.1 vector, by the formula of <see href="https://www.first.org/cvss/v3.1/specification-document">its specification</see>,
/// section 7.1 and appendix A.
/// </summary>
public static class Cvss
{
    private const int MostLength = 200;

    /// <summary>0.0 to 10.0 with one decimal; null where it is no such vector.</summary>
    public static double? BaseScore(string vector)
    {
        var isFirst = vector.StartsWith("CVSS:3.0/", StringComparison.Ordinal);
        if (vector.Length > MostLength || (!isFirst && !vector.StartsWith("CVSS:3.1/", StringComparison.Ordinal))) return null;
        var metrics = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in vector.TrimEnd('/').Split('/')[1..])
        {
            if (part.Split(':') is not [var name, var value] || !metrics.TryAdd(name, value)) return null;
        }

        var changed = metrics.GetValueOrDefault("S") switch { "U" => (bool?)false, "C" => true, _ => null };
        if (changed is not { } isChanged) return null;
        var confidentiality = Impact(metrics.GetValueOrDefault("C"));
        var integrity = Impact(metrics.GetValueOrDefault("I"));
        var availability = Impact(metrics.GetValueOrDefault("A"));
        var exploitability = 8.22 * Vector(metrics.GetValueOrDefault("AV")) * Complexity(metrics.GetValueOrDefault("AC"))
            * Privileges(metrics.GetValueOrDefault("PR"), isChanged) * Interaction(metrics.GetValueOrDefault("UI"));
        if ((confidentiality, integrity, availability, exploitability) is not ({ } c, { } i, { } a, { } e)) return null;

        var loss = 1 - ((1 - c) * (1 - i) * (1 - a));
        var impact = isChanged ? (7.52 * (loss - 0.029)) - (3.25 * Math.Pow(loss - 0.02, 15)) : 6.42 * loss;
        if (impact <= 0) return 0;
        return isFirst ? Up30(Math.Min(Sum(impact, e, isChanged), 10)) : RoundUp(Math.Min(Sum(impact, e, isChanged), 10));
    }

    private static double Sum(double impact, double exploitability, bool isChanged) => isChanged ? 1.08 * (impact + exploitability) : impact + exploitability;

    private static double? Impact(string? value) => value switch { "H" => 0.56, "L" => 0.22, "N" => 0, _ => null };

    private static double? Vector(string? value) => value switch { "N" => 0.85, "A" => 0.62, "L" => 0.55, "P" => 0.2, _ => null };

    private static double? Complexity(string? value) => value switch { "L" => 0.77, "H" => 0.44, _ => null };

    private static double? Privileges(string? value, bool isChanged) => value switch
    {
        "N" => 0.85,
        "L" => isChanged ? 0.68 : 0.62,
        "H" => isChanged ? 0.5 : 0.27,
        _ => null,
    };

    private static double? Interaction(string? value) => value switch { "N" => 0.85, "R" => 0.62, _ => null };

    /// <summary>Version 3.1 rounds by whole numbers, so that floating point can't tip it over (appendix A).</summary>
    private static double RoundUp(double score)
    {
        var whole = (long)Math.Round(score * 100_000);
        return whole % 10_000 == 0 ? whole / 100_000.0 : ((whole / 10_000) + 1) / 10.0;
    }

    private static double Up30(double score) => Math.Ceiling(Math.Round(score * 10, 9)) / 10;
}
