using System.Text.Json;

namespace Towpath.Tests.Compose.Conformance;

/// <summary>The first places where two JSON values differ.</summary>
internal static class JsonDifference
{
    public static List<string> Between(JsonElement expected, JsonElement actual)
    {
        var found = new List<string>();
        Compare(expected, actual, "", found);
        return found;
    }

    private static void Compare(JsonElement expected, JsonElement actual, string path, List<string> found)
    {
        if (found.Count >= 5)
        {
            return;
        }

        if (expected.ValueKind != actual.ValueKind)
        {
            found.Add($"{path}: expected {Show(expected)}, got {Show(actual)}");
            return;
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                CompareObjects(expected, actual, path, found);
                break;
            case JsonValueKind.Array:
                CompareArrays(expected, actual, path, found);
                break;
            case JsonValueKind.Number when expected.GetDouble() == actual.GetDouble():
                break;
            case var _ when expected.ToString() != actual.ToString():
                found.Add($"{path}: expected {Show(expected)}, got {Show(actual)}");
                break;
        }
    }

    private static void CompareObjects(JsonElement expected, JsonElement actual, string path, List<string> found)
    {
        foreach (var property in expected.EnumerateObject())
        {
            if (actual.TryGetProperty(property.Name, out var other))
            {
                Compare(property.Value, other, $"{path}.{property.Name}", found);
            }
            else
            {
                found.Add($"{path}.{property.Name}: missing, expected {Show(property.Value)}");
            }
        }

        found.AddRange(actual.EnumerateObject().Where(p => !expected.TryGetProperty(p.Name, out _)).Select(p => $"{path}.{p.Name}: not expected: {Show(p.Value)}"));
    }

    private static void CompareArrays(JsonElement expected, JsonElement actual, string path, List<string> found)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            found.Add($"{path}: expected {Show(expected)}, got {Show(actual)}");
            return;
        }

        for (var i = 0; i < expected.GetArrayLength(); i++)
        {
            Compare(expected[i], actual[i], $"{path}[{i}]", found);
        }
    }

    private static string Show(JsonElement value) => value.GetRawText().ReplaceLineEndings("") is { Length: > 120 } text ? text[..120] + "..." : value.GetRawText().ReplaceLineEndings("");
}
