using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>TP1xxx, first part: the text of a YAML file and its variables. Values and references stand in <see cref="ValueDiagnostics"/>.</summary>
public static class ComposeDiagnostics
{
    /// <summary>There is no Compose file.</summary>
    public static Diagnostic NoComposeFile(IEnumerable<string> names) => new(
        "TP1001",
        Severity.Error,
        "there is no Compose file in this commit",
        Notes: [$"looked for {string.Join(", ", names)} in the folder of the application"],
        Help: "add a compose.yaml and commit it: only what is committed is read");

    /// <summary>A file is larger than Towpath reads.</summary>
    public static Diagnostic FileTooLarge(string file, long bytes, long limit) => new(
        "TP1002",
        Severity.Error,
        $"{file} has {bytes} bytes; at most {limit} are read",
        new Location(file, 1, 1, 1, 1),
        Help: "move data out of the file, or split it");

    /// <summary>A file is not UTF-8.</summary>
    public static Diagnostic NotUtf8(string file, int line) => new(
        "TP1003",
        Severity.Error,
        $"{file} is not UTF-8 text",
        new Location(file, line, 1, line, 2),
        Notes: [$"line {line} has bytes that are no character"],
        Help: "save the file as UTF-8");

    /// <summary>A control character in a text file.</summary>
    public static Diagnostic ControlCharacter(Location place, char character) => new(
        "TP1004",
        Severity.Error,
        $"the file has the control character U+{(int)character:X4}",
        place with { Excerpt = null },
        Help: "delete the character, or write it as an escape in double quotes");

    /// <summary>The YAML can't be parsed.</summary>
    public static Diagnostic NotYaml(Location place, string reason) => new(
        "TP1005",
        Severity.Error,
        "this is not valid YAML",
        place,
        "here or just before",
        Notes: [reason.ReplaceLineEndings(" ").TrimEnd('.')],
        Help: "check the indentation, the brackets and the quotes on this line and the one above");

    /// <summary>A file without content.</summary>
    public static Diagnostic EmptyFile(string file) => new(
        "TP1006",
        Severity.Error,
        $"{file} is empty",
        new Location(file, 1, 1, 1, 1),
        Help: "write its content, or remove the file");

    /// <summary>More than one document in a file.</summary>
    public static Diagnostic SeveralDocuments(Location second) => new(
        "TP1007",
        Severity.Error,
        "the file has more than one YAML document",
        second,
        "the second begins here",
        Help: "keep one document and remove the line `---`");

    /// <summary>The same key twice in one mapping.</summary>
    /// <param name="second">The key that comes too late.</param>
    /// <param name="key">Its name.</param>
    /// <param name="first">The key above it.</param>
    /// <param name="repetition">The later key and its value, where they say nothing but what the first do; else null.</param>
    public static Diagnostic DuplicateKey(Location second, string key, Location first, Location? repetition = null) => new(
        "TP1008",
        Severity.Error,
        $"the key `{key}` is given twice",
        second,
        $"first given on line {first.Line}",
        Notes: ["only one of the two could take effect"],
        Help: "remove one of them",
        Fix: repetition is null ? null : Fix.RemoveEntry(repetition, key));

    /// <summary>Nested too deeply.</summary>
    public static Diagnostic TooDeep(Location place, int limit) => new(
        "TP1009",
        Severity.Error,
        $"the file is nested more than {limit} levels deep",
        place,
        Help: "flatten the structure");

    /// <summary>Too many nodes after aliases were followed.</summary>
    public static Diagnostic TooManyNodes(Location place, int limit) => new(
        "TP1010",
        Severity.Error,
        $"the file stands for more than {limit} values once its aliases are followed",
        place,
        Notes: ["aliases of aliases multiply: a few lines can stand for more than any memory holds"],
        Help: "use fewer aliases");

    /// <summary>An anchor contains an alias of itself.</summary>
    public static Diagnostic RecursiveAnchor(Location place, string anchor) => new(
        "TP1011",
        Severity.Error,
        $"`*{anchor}` stands inside its own anchor",
        place,
        "would contain itself",
        Help: $"move the alias out of `&{anchor}`");

    /// <summary>An alias without an anchor.</summary>
    public static Diagnostic UndefinedAnchor(Location place, string anchor, IEnumerable<string> known) => new(
        "TP1012",
        Severity.Error,
        $"there is no anchor `&{anchor}` above this alias",
        place,
        "not defined",
        Help: Suggest.Nearest(anchor, known) is { } near ? $"did you mean `*{near}`?" : "define the anchor before its first alias",
        Fix: Fix.Rename(place, "*" + anchor, Suggest.Only(anchor, known) is { } only ? "*" + only : null));

    /// <summary>A merge key whose value is no mapping.</summary>
    public static Diagnostic BadMergeKey(Location place, string found) => new(
        "TP1013",
        Severity.Error,
        $"`<<` merges mappings, but this is {found}",
        place,
        Help: "give an alias of a mapping, or a list of them");

    /// <summary>A key that is a mapping or a list.</summary>
    public static Diagnostic KeyIsNotText(Location place, string found) => new(
        "TP1014",
        Severity.Error,
        $"a key must be text, but this is {found}",
        place,
        Help: "quote the key if it begins with `{`, `[` or `*`");

    /// <summary>A YAML tag that Towpath does not know.</summary>
    public static Diagnostic UnknownTag(Location place, string tag) => new(
        "TP1015",
        Severity.Error,
        $"the tag `{tag}` is not carried",
        place,
        Notes: ["tags such as `!reset` and `!override` act when several Compose files are merged; Towpath reads one"],
        Help: "remove the tag");

    /// <summary>More than one Compose file; only the first is read.</summary>
    public static Diagnostic SeveralComposeFiles(string used, string ignored) => new(
        "TP1016",
        Severity.Warning,
        $"{ignored} is not read, because {used} is there too",
        new Location(ignored, 1, 1, 1, 1),
        Help: "keep one of them");

    /// <summary>A variable without a value and without a default.</summary>
    public static Diagnostic VariableUnset(Location place, string name) => new(
        "TP1020",
        Severity.Warning,
        $"the variable `{name}` has no value and becomes empty",
        place,
        "empty",
        Notes: ["a commit's variables come from its .env only, never from the machine that ships it"],
        Help: $"add {name} to .env, or give a default: ${{{name}:-value}}; a `$` that is meant literally is written `$$`");

    /// <summary>A required variable has no value.</summary>
    public static Diagnostic VariableRequired(Location place, string name, string message) => new(
        "TP1021",
        Severity.Error,
        $"the variable `{name}` must have a value",
        place,
        "required here",
        Notes: message.Length == 0 ? [] : [message],
        Help: $"add {name} to the commit's .env");

    /// <summary>A malformed variable.</summary>
    public static Diagnostic BadInterpolation(Location place, string part) => new(
        "TP1022",
        Severity.Error,
        $"`{(part.Length > 60 ? part[..60] + "..." : part)}` is no valid variable",
        place,
        Notes: ["the forms are $NAME, ${NAME}, and ${NAME} with one of :- - :? ? :+ + and a text"],
        Help: "close the brace and check the name; a `$` that is meant literally is written `$$`");

    /// <summary>A line of an environment file that can't be read. The line itself is not shown: it may be a secret.</summary>
    public static Diagnostic BadEnvLine(Location place, string why) => new(
        "TP1023",
        Severity.Error,
        $"this line of an environment file can't be read: {why}",
        place with { Excerpt = null },
        Notes: ["the line is not shown, because it may hold a secret"],
        Help: "write NAME=value, or NAME=\"value\" where the value has spaces, quotes or several lines");

    /// <summary>A text under a key that wants a number or a boolean.</summary>
    public static Diagnostic BadCast(Location place, string key, string expected, string shown) => new(
        "TP1024",
        Severity.Error,
        $"`{key}` must be {expected}, but is `{(shown.Length > 60 ? shown[..60] + "..." : shown)}`",
        place,
        $"expected {expected}",
        Help: "write the value, or a variable that holds one");
}
