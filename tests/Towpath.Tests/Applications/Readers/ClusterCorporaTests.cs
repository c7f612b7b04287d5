using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications.Readers;

/// <summary>Other people's projects, read for Kubernetes.</summary>
public sealed class ClusterCorporaTests
{
    [Theory]
    [InlineData("compose-valid")]
    [InlineData("kompose")]
    public void Read_ForKubernetes_GivesAModelOrSaysWhereItIsWrong(string set)
    {
        Corpora.Require();
        var (all, whole) = (0, 0);
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var folder in Directory.GetDirectories(Path.Combine(Corpora.Folder, set)).Where(f => File.Exists(Path.Combine(f, "case.json"))))
        {
            var reading = ApplicationReader.Read(FakeSourceFiles.FromFolder(Path.Combine(folder, "project")), [], EngineKind.Kubernetes);
            var errors = reading.Diagnostics.Where(d => d.Severity == Severity.Error).ToList();

            (reading.Application is null).ShouldBe(errors.Count > 0, folder);
            errors.Where(d => d.Location is null).Select(d => d.Headline).ShouldAllBe(text => text.Contains("Compose file", StringComparison.Ordinal), folder);
            reading.Application?.Services.ShouldAllBe(s => s.Cluster != null, folder);
            all++;
            whole += errors.Count == 0 ? 1 : 0;
            foreach (var error in errors.DistinctBy(d => d.Headline)) reasons[$"{error.Code} {error.Headline}"] = reasons.GetValueOrDefault($"{error.Code} {error.Headline}") + 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{set}: {whole} of {all} are read without an error\n{string.Join('\n', reasons.OrderByDescending(r => r.Value).Select(r => $"  {r.Value} {r.Key}"))}");
        whole.ShouldBeGreaterThan(all / 3);
    }

    [Theory]
    [InlineData("compose-valid")]
    [InlineData("kompose")]
    public void Read_ForBothEngines_TellsTheErrorsOfEach(string set)
    {
        Corpora.Require();
        foreach (var folder in Directory.GetDirectories(Path.Combine(Corpora.Folder, set)).Where(f => File.Exists(Path.Combine(f, "case.json"))))
        {
            var files = FakeSourceFiles.FromFolder(Path.Combine(folder, "project"))
                .Add("towpath.yaml", "application: shop\nenvironments: { development: , production: { engine: kubernetes } }"u8.ToArray());
            var both = Errors(ApplicationReader.Read(files, []));

            Errors(ApplicationReader.Read(files, [], EngineKind.Containers)).Where(e => e.Line > 0).Except(both).ShouldBeEmpty(folder);
            Errors(ApplicationReader.Read(files, [], EngineKind.Kubernetes)).Where(e => e.Line > 0 && e.Code != "TP1069").Except(both).ShouldBeEmpty(folder);
        }
    }

    private static List<(string Code, string? File, int Line)> Errors(ApplicationReading reading) =>
        [.. reading.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => (d.Code, d.Location?.File, d.Location?.Line ?? 0))];
}
