using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Diagnostics;

/// <summary>Every diagnostic of every catalog in src: one code, one page, and for files that users write one corpus case.</summary>
public sealed partial class CatalogTests
{
    private static readonly List<(string Code, string File)> Codes =
    [
        .. Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*Diagnostics.cs", SearchOption.AllDirectories)
            .SelectMany(file => CodeLiteral().Matches(File.ReadAllText(file)).Select(m => (m.Groups["name"].Value, Path.GetFileName(file)))),
    ];

    // What factories take besides texts and numbers.
    private static readonly object[] Domain = DomainValues();

    [Fact]
    public void Codes_OfAllCatalogs_AreUnique()
    {
        Codes.ShouldNotBeEmpty();
        Codes.GroupBy(c => c.Code).Where(g => g.Count() > 1).Select(g => $"{g.Key} in {string.Join(", ", g.Select(c => c.File))}").ShouldBeEmpty();
    }

    [Fact]
    public void Codes_OutsideCatalogs_AreNotMade()
    {
        var strays = Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("Diagnostics.cs", StringComparison.Ordinal))
            .Where(file => NewDiagnostic().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(RepositoryRoot.Path, file));

        strays.ShouldBeEmpty();
    }

    [Fact]
    public void Pages_OfAllCodes_StandInDocs()
    {
        var pages = Directory.EnumerateFiles(RepositoryRoot.Combine("docs", "diagnostics"), "TP*.md").Select(p => Path.GetFileNameWithoutExtension(p)).ToList();

        Codes.Select(c => c.Code).Except(pages).ShouldBeEmpty("codes without a page");
        pages.Except(Codes.Select(c => c.Code)).ShouldBeEmpty("pages without a code");
        DiagnosticPages.All.Order(StringComparer.Ordinal).ShouldBe(pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pages_All_HaveTheirSections()
    {
        foreach (var code in DiagnosticPages.All)
        {
            var page = DiagnosticPages.Find(code).ShouldNotBeNull();
            page.ShouldStartWith($"# {code}: ");
            SectionTitle().Matches(page).Select(m => m.Groups["name"].Value).ShouldBe(["What it does", "Why it is bad", "Example", "What to do"], customMessage: code);
        }
    }

    [Fact]
    public void Codes_OfUserFiles_HaveACorpusCase()
    {
        var cases = Directory.GetDirectories(RepositoryRoot.Combine("tests", "Towpath.Tests", "Corpus")).Select(d => Path.GetFileName(d).Split('-')[0]).ToHashSet();

        Codes.Select(c => c.Code).Where(c => c[2] is '1' or '2').Where(c => !cases.Contains(c)).ShouldBeEmpty();
    }

    [Fact]
    public void Factories_OfCore_GiveWholeDiagnostics()
    {
        var factories = typeof(Diagnostic).Assembly.GetTypes()
            .Where(t => t.IsAbstract && t.IsSealed && t.Name.EndsWith("Diagnostics", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => m.ReturnType == typeof(Diagnostic))
            .ToList();

        foreach (var factory in factories)
        {
            var name = $"{factory.DeclaringType!.Name}.{factory.Name}";
            var diagnostic = (Diagnostic)factory.Invoke(null, [.. factory.GetParameters().Select(p => ValueOf(p.ParameterType, name))])!;
            diagnostic.Code.ShouldMatch("^TP[1-9][0-9]{3}$", name);
            diagnostic.Headline.ShouldNotBeNullOrWhiteSpace(name);
            diagnostic.Headline.ShouldNotEndWith(".");
        }

        factories.ShouldNotBeEmpty();
    }

    private static object? ValueOf(Type type, string factory)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "sample",
            _ when type == typeof(Location) => Models.At(),
            _ when type.IsValueType && !type.IsGenericType => Activator.CreateInstance(type),
            _ when type.IsAssignableFrom(typeof(string[])) => new[] { "one", "two" },
            _ when type == typeof(ImmutableArray<string>) => ImmutableArray.Create("one", "two"),
            _ when type.IsAssignableFrom(typeof(InvalidOperationException)) => new InvalidOperationException("sample"),
            _ => Domain.FirstOrDefault(value => type.IsInstanceOfType(value)) ?? throw new NotSupportedException($"{factory}: give {nameof(Domain)} a value of {type}"),
        };
    }

    private static object[] DomainValues()
    {
        var model = Models.Full();
        var desired = Sample.Desired("1");
        return
        [
            desired,
            desired.Services[0],
            new ObservedReplica
            {
                Container = "c", Service = "api", Revision = "1", Ordinal = 0, Release = "r-1", ImageDigest = "sha256:1", Process = ReplicaProcess.Exited, Since = Sample.Start,
            },
            model.Services[0],
            model.Services[0].Delivery.Health!,
            model.Services[0].Delivery.Resources[0],
            model.Volumes[0],
            model.Secrets[0],
            model.Ladder.Environments[0],
            model.Ladder.Environments[0].Verify[0],
            new EnvironmentKey("production", Models.At()),
            new[] { new GateVerdict("soak", false, "it has not run in staging") },
            new Diagnostic("TP5002", Severity.Error, "sample"),
            new MigrationRun("r-1", "api"),
            new Towpath.Core.Journal.SealAnchor(7, new string('0', 16)),
            new StandingMigration(new MigrationRun("r-1", "api"), model.Services[0]),
            new PortHolding(8084, "shop", "production", PortStanding.Assigned, "ann", Models.Noon),
            ImmutableArray.Create(8080, 8081),
        ];
    }

    [GeneratedRegex("\"(?<name>TP[0-9]{4})\"", RegexOptions.None, 1000)]
    private static partial Regex CodeLiteral();

    [GeneratedRegex("new (?:Diagnostic)?\\(\\s*\"TP[0-9]{4}\"", RegexOptions.None, 1000)]
    private static partial Regex NewDiagnostic();

    [GeneratedRegex("^## (?<name>.+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex SectionTitle();
}
