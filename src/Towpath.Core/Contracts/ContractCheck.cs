using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts;

/// <summary>What came of holding an application to the contract.</summary>
/// <param name="Diagnostics">The findings, by file, line and column.</param>
/// <param name="Dockerfiles">For each service that is built, its Dockerfile; a service whose Dockerfile is not in the commit is left out.</param>
/// <param name="RulesOff">Names of rules that are off for all or some services, in the order of the table.</param>
public sealed record ContractReading(
    ImmutableArray<Diagnostic> Diagnostics, ImmutableSortedDictionary<string, Dockerfile> Dockerfiles, ImmutableArray<string> RulesOff)
{
    /// <summary>In a few words: <c>2 warnings, 1 note, 3 rules off</c>.</summary>
    public string Summary => string.Join(
        ", ",
        [
            .. new[] { (Severity.Error, "error"), (Severity.Warning, "warning"), (Severity.Note, "note") }
                .Select(s => Counted(Diagnostics.Count(d => d.Severity == s.Item1), s.Item2)).OfType<string>().DefaultIfEmpty("no findings"),
            .. new[] { Counted(RulesOff.Length, "rule") }.OfType<string>().Select(rules => rules + " off"),
        ]);

    /// <summary>Whether a finding stops the work.</summary>
    public bool HasErrors => Diagnostics.Any(d => d.Severity == Severity.Error);

    private static string? Counted(int count, string what) => count == 0 ? null : count == 1 ? $"1 {what}" : $"{count} {what}s";
}

/// <summary>Holds an application to the rules of the contract, before anything is built.</summary>
public static class ContractCheck
{
    /// <summary>Asks every rule that is not off.</summary>
    /// <param name="application">The model.</param>
    /// <param name="files">The files of its commit.</param>
    public static ContractReading Run(Application application, ISourceFiles files)
    {
        var bag = new DiagnosticBag();
        var policy = ContractPolicy.Of(application, bag);
        var dockerfiles = ReadDockerfiles(application, files);
        var whole = new ApplicationSubject(application, files);
        foreach (var rule in ContractRules.All.Where(r => r.OfApplication is not null))
        {
            Add(rule, policy.SeverityOf(rule), () => rule.OfApplication!(whole));
        }

        foreach (var service in application.Services)
        {
            var subject = new ContractSubject(application, service, dockerfiles.GetValueOrDefault(service.Name), files);
            foreach (var rule in ContractRules.All.Where(r => r.OfService is not null && subject.Matches(r.AppliesTo)))
            {
                Add(rule, policy.SeverityOf(rule, service.Name), () => rule.OfService!(subject));
            }
        }

        return new ContractReading(bag.ToSorted(), dockerfiles, policy.Off);

        void Add(ContractRule rule, Severity? severity, Func<IEnumerable<Diagnostic>> find)
        {
            if (severity is null)
            {
                return;
            }

            foreach (var finding in find())
            {
                bag.Add(finding with { Severity = severity.Value, Notes = finding.Notes.Add(rule.Reason), Help = finding.Help ?? rule.Fix });
            }
        }
    }

    /// <summary>Path of a build's Dockerfile in the commit.</summary>
    public static string PathOf(BuildSpec build) => build.Context is "." or "" ? build.Dockerfile : $"{build.Context.TrimEnd('/')}/{build.Dockerfile}";

    private static ImmutableSortedDictionary<string, Dockerfile> ReadDockerfiles(Application application, ISourceFiles files)
    {
        var byPath = new Dictionary<string, Dockerfile>(StringComparer.Ordinal);
        var byService = ImmutableSortedDictionary.CreateBuilder<string, Dockerfile>(StringComparer.Ordinal);
        foreach (var service in application.Services.Where(s => s.Build is not null))
        {
            var path = PathOf(service.Build!);
            if (!byPath.TryGetValue(path, out var file) && files.TryRead(path) is { } bytes)
            {
                file = byPath[path] = Dockerfile.Parse(path, Encoding.UTF8.GetString(bytes.Span));
            }

            if (file is not null)
            {
                byService[service.Name] = file;
            }
        }

        return byService.ToImmutable();
    }
}
