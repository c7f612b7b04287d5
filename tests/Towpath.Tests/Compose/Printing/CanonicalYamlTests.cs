using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Towpath.Core.Compose;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Compose.Conformance;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Printing;

public sealed class CanonicalYamlTests
{
    private const string Alphabet = "ab yn019.:-#'\"\\[]{}&*!|>%@`~=,?_/<$\t\n\r\u00e9\u0085\u2028\ufeff\U0001f600xoe+";

    [Theory]
    [InlineData("yes")]
    [InlineData("No")]
    [InlineData("on")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData("3.10")]
    [InlineData("0o7")]
    [InlineData("007")]
    [InlineData("1_000")]
    [InlineData("0x1f")]
    [InlineData("1e3")]
    [InlineData(".inf")]
    [InlineData("22:22")]
    [InlineData("2024-01-01")]
    [InlineData("2024-01-01T10:00:00Z")]
    [InlineData("=")]
    [InlineData("<<")]
    [InlineData("- a")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("a:")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a\nb")]
    [InlineData("a\nb\n")]
    [InlineData("a\n\nb\n\n\n")]
    [InlineData("\na")]
    [InlineData(" a\nb")]
    [InlineData("a \nb")]
    [InlineData("a\r\nb")]
    [InlineData("\u0007")]
    [InlineData("---")]
    public void Text_ThatCouldBeMisread_ReadsBackAsText(string value) => ReadBack(value).ShouldBe(value);

    [Theory]
    [InlineData("nginx:1.27")]
    [InlineData("1m30s")]
    [InlineData("./web")]
    [InlineData("redis")]
    [InlineData("http://a.example/b?c=d")]
    public void Text_ThatIsPlain_StaysWithoutQuotes(string value) => Written(value).ShouldBe($"- {value}\n");

    [Fact]
    public void Text_AtRandom_ReadsBackAsText()
    {
        var random = new Random(4711);
        var runes = Alphabet.EnumerateRunes().ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => runes[random.Next(runes.Length)].ToString()));

            ReadBack(value).ShouldBe(value, Convert.ToHexString(Encoding.UTF8.GetBytes(value)));
        }
    }

    [Fact]
    public void Write_ValidProjects_ReadBackAsTheSame()
    {
        Corpora.Require();
        var differing = new List<string>();
        foreach (var project in CorpusProject.Of("compose-valid"))
        {
            if (project.Load() is { Project: { } first } reading && !reading.Diagnostics.Any(d => d.Severity == Severity.Error))
            {
                var again = Again(first);
                var differences = again.Project is { } second && !again.Diagnostics.Any(d => d.Severity == Severity.Error)
                    ? JsonDifference.Between(Json(first), Json(second))
                    : [.. again.Diagnostics.Select(DiagnosticWriter.WriteLine)];
                differing.AddRange(differences.Select(d => $"{project.Id}: {d}"));
            }
        }

        differing.ShouldBeEmpty();
    }

    // Without files of variables: what they say stands in the text by now.
    private static ComposeReading Again(ComposeProject project)
    {
        using var stream = new MemoryStream();
        CanonicalYaml.Write(project, stream);
        var request = new ComposeRequest
        {
            ProjectDirectory = FakeComposeFiles.Root,
            Root = FakeComposeFiles.Root,
            Files = [FakeComposeFiles.Root + "/again.yaml"],
            Profiles = ["*"],
            ProjectName = project.Name,
            Home = "/home/user",
            Environment = project.Variables.ToImmutableDictionary(),
            CheckConsistency = false,
            ResolveEnvironments = false,
        };
        return ComposeLoader.Load(request, new FakeComposeFiles().Add(request.Files[0], stream.ToArray()));
    }

    private static JsonElement Json(ComposeProject project)
    {
        using var stream = new MemoryStream();
        CanonicalJson.Write(project, stream);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    private static string Written(string value)
    {
        var text = new StringBuilder();
        var sink = new YamlSink(text, escapesVariables: false);
        sink.BeginList();
        sink.Text(value);
        sink.EndList();
        return text.ToString();
    }

    private static string? ReadBack(string value)
    {
        var bag = new DiagnosticBag();
        var root = YamlReader.Read(new SourceText("a.yaml", Written(value)), bag);
        bag.ToSorted().ShouldBeEmpty(Written(value));
        return root is YamlSequence { Items: [YamlScalar { Type: YamlType.Text } text] } ? text.Value : null;
    }
}
