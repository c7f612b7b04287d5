using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Towpath.Tests.Kubernetes.Layouts.Helm;

/// <summary>
/// The part of Helm's language of templates that charts of ours are written in, and nothing else: each form that is not known throws. Helm itself
/// is not to be had where tests run.
/// </summary>
internal sealed partial class StrictTemplates(JsonObject values)
{
    /// <summary>What a template gives.</summary>
    public string Run(string template)
    {
        var output = new StringBuilder();
        var shown = new Stack<bool>();
        var at = 0;
        foreach (var match in Action().Matches(template).Cast<Match>())
        {
            Take(output, shown, template[at..match.Index]);
            at = match.Index + match.Length;
            if (match.Value.StartsWith("{{- ", StringComparison.Ordinal) && shown.All(s => s))
            {
                TrimEnd(output);
            }

            Do(output, shown, match.Groups["name"].Value);
        }

        Take(output, shown, template[at..]);
        shown.ShouldBeEmpty("an `if` without its `end`");
        return output.ToString();
    }

    /// <summary>Values over others, as Helm merges them.</summary>
    public static JsonObject Merge(JsonNode over, JsonNode under)
    {
        var result = (JsonObject)under.DeepClone();
        foreach (var (key, value) in (JsonObject)over)
        {
            result[key] = value is JsonObject map && result[key] is JsonObject there ? Merge(map, there) : value?.DeepClone();
        }

        return result;
    }

    private static void Take(StringBuilder output, Stack<bool> shown, string text)
    {
        text.ShouldNotContain("{{");
        if (shown.All(s => s))
        {
            output.Append(text);
        }
    }

    private static void TrimEnd(StringBuilder output)
    {
        while (output.Length > 0 && char.IsWhiteSpace(output[^1]))
        {
            output.Length--;
        }
    }

    private void Do(StringBuilder output, Stack<bool> shown, string action)
    {
        if (action == "end")
        {
            shown.Pop();
        }
        else if (action.StartsWith("if ", StringComparison.Ordinal))
        {
            shown.Push(Holds(action[3..]));
        }
        else if (shown.All(s => s))
        {
            output.Append(Value(action));
        }
    }

    private bool Holds(string condition)
    {
        if (Has().Match(condition) is { Success: true } has)
        {
            var environment = (string)Field(has.Groups["name"].Value)!;
            return Quoted().Matches(has.Groups["list"].Value).Any(m => m.Groups["name"].Value == environment);
        }

        return Field(condition) switch
        {
            JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
            JsonValue value => value.GetValue<string>().Length > 0,
            _ => throw new NotSupportedException(condition),
        };
    }

    private string Value(string action)
    {
        if (action == "\"{{\"")
        {
            return "{{";
        }

        if (Tree().Match(action) is { Success: true } tree)
        {
            var indent = new string(' ', int.Parse(tree.Groups["indent"].Value, CultureInfo.InvariantCulture));
            return "\n" + indent + Index(tree.Groups["name"].Value)!.ToJsonString();
        }

        if (Printf().Match(action) is { Success: true } printf)
        {
            var text = printf.Groups["frame"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            return JsonValue.Create(text.Replace("%s", (string)Field(printf.Groups["name"].Value)!, StringComparison.Ordinal).Replace("%%", "%", StringComparison.Ordinal)).ToJsonString();
        }

        return action.EndsWith(" | int", StringComparison.Ordinal) ? Index(action[..^6])!.GetValue<int>().ToString(CultureInfo.InvariantCulture)
            : action.EndsWith(" | quote", StringComparison.Ordinal) ? JsonValue.Create((action[0] == '.' ? Field(action[..^8]) : Index(action[..^8]))!.GetValue<string>()).ToJsonString()
            : throw new NotSupportedException(action);
    }

    private JsonNode? Field(string path) =>
        Path().IsMatch(path) ? path.Split('.').Skip(2).Aggregate((JsonNode?)values, (node, key) => node?[key]) : throw new NotSupportedException(path);

    private JsonNode? Index(string expression)
    {
        expression.ShouldStartWith("index .Values.services \"");
        return Quoted().Matches(expression).Aggregate(values["services"], (node, m) => node?[m.Groups["name"].Value]);
    }

    [GeneratedRegex(@"\{\{-? (?<name>(""\{\{"")|((""([^""\\]|\\.)*"")|[^""])*?) \}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Action();

    [GeneratedRegex(@"^has (?<name>\.Values\.environment) \(list (?<list>(""[a-z0-9-]+"" ?)+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Has();

    [GeneratedRegex(@"""(?<name>[^""]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^toYaml \((?<name>index [^()]+)\) \| nindent (?<indent>[0-9]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tree();

    [GeneratedRegex(@"^printf ""(?<frame>([^""\\]|\\.)*)"" (?<name>\.Values\.[a-z]+) \| quote$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Printf();

    [GeneratedRegex(@"^\.Values(\.[A-Za-z]+)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}
