using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Diagnostics;

public sealed class FixTests
{
    private static readonly string Corpus = RepositoryRoot.Combine("tests", "Towpath.Tests", "Corpus");

    public static TheoryData<string> CasesWithAFix() =>
    [
        .. Directory.GetDirectories(Corpus)
            .Where(folder => Read(FakeSourceFiles.FromFolder(folder)).Any(d => d.Fix is not null))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(CasesWithAFix))]
    public void Apply_OfACorpusCase_MakesItsDiagnosticGoAwayAndBringsNoError(string name)
    {
        var files = FakeSourceFiles.FromFolder(Path.Combine(Corpus, name));
        var before = Read(files);
        foreach (var edit in before.SelectMany(d => d.Fix?.Edits ?? []))
        {
            var source = new SourceText(edit.Place.File, Text(files, edit.Place.File)!);
            source.Offset(edit.Place.Line, edit.Place.Column).ShouldBeLessThanOrEqualTo(source.Offset(edit.Place.EndLine, edit.Place.EndColumn));
            source.Line(edit.Place.Line).Length.ShouldBeGreaterThanOrEqualTo(edit.Place.Column - 1);
        }

        var plan = FixPlan.Make(before, path => Text(files, path));
        foreach (var (path, text) in plan.Texts)
        {
            files.Add(path, Encoding.UTF8.GetBytes(text));
        }

        var after = Read(files);
        plan.Applied.ShouldNotBeEmpty();
        after.Select(d => (d.Code, d.Headline)).Intersect(plan.Applied.Select(d => (d.Code, d.Headline))).ShouldBeEmpty();
        after.Count(d => d.Severity == Severity.Error).ShouldBeLessThanOrEqualTo(before.Count(d => d.Severity == Severity.Error) - plan.Applied.Count(d => d.Severity == Severity.Error));
    }

    // One row per kind of fix: what stands in the file, and what stands there afterwards.
    [Theory]
    [InlineData("services: { web: { imag: nginx, expose: [80] } }", "services: { web: { image: nginx, expose: [80] } }")]
    [InlineData("services: { web: { 'imag': nginx } }", "services: { web: { 'image': nginx } }")]
    [InlineData("version: '3'\nservices: { web: { image: nginx } }\n", "services: { web: { image: nginx } }\n")]
    [InlineData("version: '3'   # of old\r\nservices: { web: { image: nginx } }\r\n", "# of old\r\nservices: { web: { image: nginx } }\r\n")]
    [InlineData("services: { web: { image: nginx } }\nversion: 3.8", "services: { web: { image: nginx } }\n")]
    [InlineData("services:\n  web:\n    image: a\n    # the same\n    image: a\n", "services:\n  web:\n    image: a\n    # the same\n")]
    [InlineData("services: { web: { image: a, depends_on: [dq] }, db: { image: b } }", "services: { web: { image: a, depends_on: [db] }, db: { image: b } }")]
    [InlineData("services: { web: { image: a, depends_on: { \"dq\": { condition: service_started } } }, db: { image: b } }", "services: { web: { image: a, depends_on: { \"db\": { condition: service_started } } }, db: { image: b } }")]
    [InlineData("services: { web: { image: a, volumes: ['dat:/d'] } }\nvolumes: { data: {} }", "services: { web: { image: a, volumes: ['data:/d'] } }\nvolumes: { data: {} }")]
    [InlineData("services: { web: { image: a, networks: [fron] } }\nnetworks: { front: {} }", "services: { web: { image: a, networks: [front] } }\nnetworks: { front: {} }")]
    [InlineData("services: { web: { image: a, restart: allways } }", "services: { web: { image: a, restart: always } }")]
    [InlineData("services: { web: { image: a, x-towpath: { health: healthz, port: 80 } } }", "services: { web: { image: a, x-towpath: { health: /healthz, port: 80 } } }")]
    public void Apply_OfACertainFix_ChangesTheWordAndNothingElse(string before, string after) => Fixed(before).ShouldBe(after);

    [Theory]
    [InlineData("services: { web: { image: a, imag: b } }")] // The right key is there: two of them would be no better.
    [InlineData("services: { web: { image: a, depends_on: [d] }, db: { image: b }, dc: { image: c } }")] // Two are as near.
    [InlineData("{ version: '3', services: { web: { image: a } } }")] // No line of its own.
    [InlineData("version: &v '3'\nservices: { web: { image: a, labels: { v: *v } } }")] // Somebody may refer to it.
    [InlineData("services:\n  web:\n    image: a\n    image: b\n")] // Nobody knows which was meant.
    [InlineData("services:\n  web:\n    image: a\n    ports:\n      - 80\n    ports:\n      - 80\n")] // Of several lines.
    [InlineData("services: { web: { image: a, restart: ${R} } }")] // Behind a variable.
    [InlineData("services: { web: { image: a, x-towpath: { health: http://web/healthz, port: 80 } } }")] // More than a slash is missing.
    public void Fix_OfWhatIsNotCertain_IsNotThere(string text) =>
        Read(new FakeSourceFiles(("compose.yaml", text), (".env", "R=allways"))).ShouldAllBe(d => d.Fix == null);

    private static string Fixed(string text)
    {
        var files = new FakeSourceFiles(("compose.yaml", text));
        return FixPlan.Make(Read(files), path => Text(files, path)).Texts["compose.yaml"];
    }

    private static string? Text(FakeSourceFiles files, string path) => files.TryRead(path) is { } bytes ? Encoding.UTF8.GetString(bytes.Span).TrimStart('\uFEFF') : null;

    private static ImmutableArray<Diagnostic> Read(FakeSourceFiles files) => ApplicationReader.Read(files, []).Diagnostics;
}
