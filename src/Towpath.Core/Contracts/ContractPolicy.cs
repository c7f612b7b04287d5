using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>The severities that hold for one application: the rules' own, changed by what <c>towpath.yaml</c> says.</summary>
internal sealed class ContractPolicy
{
    private readonly bool _isStrict;
    private readonly ILookup<string, RuleSetting> _settings;

    private ContractPolicy(bool isStrict, ILookup<string, RuleSetting> settings)
    {
        _isStrict = isStrict;
        _settings = settings;
        Off = [.. ContractRules.All.Where(r => settings[r.Code].Any(s => s.Severity is null)).Select(r => r.Name)];
    }

    /// <summary>Names of rules that are off somewhere.</summary>
    public ImmutableArray<string> Off { get; }

    /// <summary>Reads the settings; tells of rules and services that do not exist.</summary>
    public static ContractPolicy Of(Application application, DiagnosticBag bag)
    {
        var known = new List<(string Code, RuleSetting Setting)>();
        foreach (var setting in application.Contract.Rules)
        {
            if (ContractRules.Find(setting.Rule) is not { } rule)
            {
                bag.Add(ContractDiagnostics.UnknownRule(setting.Location, setting.Rule, ContractRules.All.SelectMany<ContractRule, string>(r => [r.Name, r.Code])));
                continue;
            }

            foreach (var service in setting.Services.Where(s => application.Service(s) is null))
            {
                bag.Add(ContractDiagnostics.UnknownService(setting.Location, rule.Name, service, application.Services.Select(s => s.Name)));
            }

            known.Add((rule.Code, setting));
        }

        return new ContractPolicy(application.Contract.IsStrict, known.ToLookup(k => k.Code, k => k.Setting, StringComparer.Ordinal));
    }

    /// <summary>The severity of a rule, for one service or for the application; null for off. The last setting that fits wins.</summary>
    public Severity? SeverityOf(ContractRule rule, string? service = null)
    {
        var setting = _settings[rule.Code].LastOrDefault(s => s.Services.IsEmpty || (service is not null && s.Services.Contains(service)));
        var severity = setting is null ? rule.Severity : setting.Severity;
        return _isStrict && severity == Severity.Warning ? Severity.Error : severity;
    }
}
