using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Compose;

/// <summary>The quick reader gives up, or reads what the reader of all YAML reads, place by place and without an error.</summary>
public sealed class QuickYamlTests
{
    private static readonly string[] Pieces =
    [
        " ", "  ", "\n", "\r\n", "\r", "\t", ":", ": ", " :", "- ", "-", "? ", "?", "#", " #", ",", "[", "]", "{", "}", "'", "''", "\"", "\\", "\\n", "|\n", ">-\n", "&a ", "*a", "!t ",
        "<<: ", "---\n", "...\n", "%", "@", "`", "~", "null", "\u0085", "\u2028", "\uFEFF", "\u00e9", "\ud83d\ude00", "a: b", "x", "[a, b]", "{a: b}", "\n- ", "\n  - ", "\n    ", "0x1", "=", "..", "$",
    ];

    [Fact]
    public void Read_MoreValuesThanAreTaken_IsToldWithItsPlaceAndNotReadAgain()
    {
        var bag = new DiagnosticBag();
        var source = new SourceText("compose.yaml", "a:\n" + string.Concat(Enumerable.Repeat("- b\n", YamlReader.MaxNodes)));

        YamlReader.ReadAll(source, bag).ShouldBeNull();

        bag.ToSorted().ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP1010"), d => d.Location!.Line.ShouldBeInRange(YamlReader.MaxNodes - 2, YamlReader.MaxNodes + 2));
    }

    [Fact]
    public void Read_CorpusFiles_ReadsMostAndAsTheOtherReader()
    {
        Corpora.Require();
        HoldShare(Path.Combine(Corpora.Folder, "compose-valid"), 0.6);
    }

    [Theory]
    [InlineData("compose-invalid")]
    [InlineData("syntax")]
    [InlineData("kompose")]
    public void Read_OtherCorpora_ReadsAsTheOtherReader(string set)
    {
        Corpora.Require();
        HoldShare(Path.Combine(Corpora.Folder, set), 0);
    }

    [Theory]
    [InlineData("examples", 0)]
    [InlineData("tests", 0.6)]
    public void Read_OwnFiles_ReadsAsTheOtherReader(string folder, double floor) => HoldShare(RepositoryRoot.Combine(folder), floor);

    [Fact]
    public void Read_MutatedText_GivesUpOrReadsAsTheOtherReader()
    {
        var mutations = int.Parse(Environment.GetEnvironmentVariable("TOWPATH_MUTATIONS") ?? "4000", CultureInfo.InvariantCulture);
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable("TOWPATH_SEED") ?? "1", CultureInfo.InvariantCulture));
        var quick = 0;
        var failures = new List<string>();
        for (var i = 0; i < mutations && failures.Count < 12; i++)
        {
            var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                Mutate(text, random);
            }

            failures.AddRange(Differences(text.ToString(), out var isQuick));
            quick += isQuick ? 1 : 0;
        }

        failures.ShouldBeEmpty();
        TestContext.Current.TestOutputHelper?.WriteLine($"{quick} of {mutations} mutated texts are read quickly");
        quick.ShouldBeGreaterThan(mutations / 20);
    }

    [Theory]
    [InlineData("[", 200)]
    [InlineData("{a: ", 200)]
    [InlineData("- ", 200)]
    [InlineData("[", 1_000_000)]
    [InlineData("- ", 1_000_000)]
    public void Read_TooDeep_GivesUp(string opening, int depth) =>
        QuickYaml.Read(new SourceText("a.yaml", string.Concat(Enumerable.Repeat(opening, depth))), textKeys: true, out _).ShouldBeNull();

    [Theory]
    [InlineData("a: ", "b:")]
    [InlineData("a: ", "b#")]
    [InlineData("a: '", "''")]
    [InlineData("a: \"", "\\n")]
    [InlineData("a: [", "b, ")]
    [InlineData("", "a b")]
    [InlineData("a: x", "\n \n#\n")]
    [InlineData("a:", " ")]
    public void Read_LongLines_TakesTimeInProportion(string start, string part)
    {
        var source = new SourceText("a.yaml", start + string.Concat(Enumerable.Repeat(part, 10_000_000 / part.Length)));
        var watch = Stopwatch.StartNew();
        QuickYaml.Read(source, textKeys: true, out _);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Read_ManyKeys_TakesTimeInProportion()
    {
        var source = new SourceText("a.yaml", string.Concat(Enumerable.Range(0, 300_000).Select(i => $"k{i}: {i}\n")));
        var watch = Stopwatch.StartNew();
        QuickYaml.Read(source, textKeys: true, out _).ShouldBeOfType<YamlMapping>().Entries.Length.ShouldBe(300_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Read_ThousandServices_ReadsAsTheOtherReader()
    {
        var text = "services:\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => Seeds[0]["services:\n".Length..].Replace("web:", $"web{i}:", StringComparison.Ordinal).Replace("db:", $"db{i}:", StringComparison.Ordinal)));
        Differences(text, out var isQuick).ShouldBeEmpty();
        isQuick.ShouldBeTrue();
    }

    private static readonly string[] Seeds =
    [
        "services:\n  web:\n    image: nginx:1.27 # the server\n    ports:\n      - \"80:80\"\n      - target: 90\n        protocol: tcp\n    command: [\"a\", b, 'c']\n    labels: { a: b, \"c\": 'd' }\n    empty:\n  db:\n",
        "a:\n- b\n- c: d\n  e: f\n-\n- - g\n  - h\ni: j",
        "---\na: 'it''s'\nb: \"x\\ty\\\"\"\n\n# c\nd:\n  e: [\n    f,\n    g\n  ]\n  h: {}\n  i: []\n",
        "- a\n- b: c\n  d:\n  - e\n  - f\n-   - g\n    -   h: i\n        j: k\n",
        "{\"a\": {\"b\": [1, 2, {\"c\": null}]}, \"d\": \"e\"}",
        "a: http://b:80/c#d\nb: c d  e   # f\n'g h': -1\n\"i\": ${J:-k}\nl: ~\nm:\n  n\no:\n  [p, q]\nr:\n    s:\n      t: u\n   \n  \n",
        "a:\r\n  b: c\r\n  d:\r\n  - e\r\n",
        "a: |\n  b\n   c\n\n  d\ne: >-\n  f\n  g\nh:\n  - |\n    i\n  - j\nk: |-\n  l\n",
    ];

    private static void Mutate(StringBuilder text, Random random)
    {
        var at = random.Next(text.Length + 1);
        switch (random.Next(4))
        {
            case 0 when at < text.Length:
                text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at));
                break;
            case 1 when at < text.Length:
                text[at] = Pieces[random.Next(Pieces.Length)][0];
                break;
            case 2:
                var part = text.ToString(at, Math.Min(random.Next(12), text.Length - at));
                text.Insert(random.Next(text.Length + 1), part);
                break;
            default:
                text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                break;
        }
    }

    private static void HoldShare(string folder, double floor)
    {
        var (quick, all) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal)))
        {
            if (!file.Contains("/bin/", StringComparison.Ordinal) && YamlText.Decode(file, File.ReadAllBytes(file), new DiagnosticBag()) is { } source)
            {
                all++;
                Differences(source.Text, out var isQuick).ShouldBeEmpty(file);
                quick += isQuick ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{quick} of {all} files are read quickly");
        ((double)quick).ShouldBeGreaterThanOrEqualTo(all * floor);
    }

    // What the readers do not agree about where the quick one reads the text, in either of its ways.
    private static List<string> Differences(string text, out bool isQuick)
    {
        var source = new SourceText("compose.yaml", text);
        var bag = new DiagnosticBag();
        var differences = new List<string>();
        var compose = QuickYaml.Read(source, textKeys: true, out _);
        isQuick = compose is not null;
        if (compose is not null)
        {
            var documents = YamlReader.ReadAllAny(source, bag);
            Compare(compose, documents is [{ HasMarks: false } only] ? only.Root : null, text, differences);
        }

        if (QuickYaml.Read(source, textKeys: false, out _) is { } other)
        {
            Compare(other, YamlReader.ReadAny(source, bag), text, differences);
        }

        differences.AddRange(bag.ToSorted().Select(d => $"{d.Headline} in {JsonSerializer.Serialize(text)}"));
        return differences;
    }

    private static void Compare(YamlNode quick, YamlNode? thorough, string text, List<string> differences)
    {
        var (actual, expected) = (Describe(quick), thorough is null ? "nothing" : Describe(thorough));
        if (actual != expected)
        {
            var place = actual.Split('\n').Zip(expected.Split('\n')).FirstOrDefault(p => p.First != p.Second);
            differences.Add($"{place.First} instead of {place.Second} in {JsonSerializer.Serialize(text)}");
        }
    }

    private static string Describe(YamlNode node)
    {
        var text = new StringBuilder();
        Describe(node, text);
        return text.ToString();
    }

    private static void Describe(YamlNode node, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{node.Span.Line}:{node.Span.Column}-{node.Span.EndLine}:{node.Span.EndColumn} {node.Mark} ");
        switch (node)
        {
            case YamlScalar scalar:
                text.Append(scalar.IsPlain ? "plain " : "quoted ").Append(scalar.Value).Append('\n');
                break;
            case YamlSequence list:
                text.Append("list\n");
                foreach (var item in list.Items)
                {
                    Describe(item, text);
                }

                text.Append("end\n");
                break;
            case YamlMapping mapping:
                text.Append("mapping\n");
                foreach (var entry in mapping.Entries)
                {
                    Describe(entry.Key, text);
                    Describe(entry.Value, text);
                }

                text.Append("end\n");
                break;
        }
    }
}
