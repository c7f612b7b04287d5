using Towpath.Core.Contracts.Credentials;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts.Rules;

/// <summary>Variables of a service.</summary>
internal static class VariableRules
{
    private const int MostNames = 20;

    /// <summary>TP2208: each variable has a meaning.</summary>
    public static IEnumerable<Diagnostic> WithMeaning(ContractSubject subject)
    {
        var service = subject.Service;
        var names = service.Environment.Keys.Where(name => !service.Delivery.Variables.ContainsKey(name)).ToList();
        var key = service.Source.Keys.GetValueOrDefault("environment", subject.At("env_file"));
        // `environment: { PASSWORD: ... }` on one line would show it.
        var place = names.Exists(SecretNames.IsSecret) ? key with { Excerpt = null } : key;
        return names.Count == 0 ? [] : [ServiceContractDiagnostics.VariablesWithoutMeaning(place, service.Name, names.Count > MostNames ? [.. names.Take(MostNames), "..."] : names)];
    }

    /// <summary>TP2209: a variable that is required is set, by the Compose file or by each environment.</summary>
    public static IEnumerable<Diagnostic> Given(ContractSubject subject)
    {
        var service = subject.Service;
        return
            from variable in service.Delivery.Variables
            where variable.Value.IsRequired && !service.Environment.ContainsKey(variable.Key)
            where !subject.Application.Ladder.Environments.All(e => e.Services.TryGetValue(service.Name, out var own) && own.Environment.ContainsKey(variable.Key))
            select ServiceContractDiagnostics.VariableMissing(variable.Value.Location, service.Name, variable.Key);
    }

    /// <summary>TP2210: secrets come from secrets. A value of a well-known form is told by TP2301 already.</summary>
    public static IEnumerable<Diagnostic> NoSecrets(ContractSubject subject)
    {
        var service = subject.Service;
        foreach (var (name, value) in service.Environment)
        {
            var source = service.Source.Variables.GetValueOrDefault(name);
            var isFromFile = source is null && service.Source.Keys.ContainsKey("env_file");
            var isSecret = SecretNames.IsSecret(name) || (service.Delivery.Variables.GetValueOrDefault(name)?.IsSecret ?? false);
            if ((source is { IsLiteral: true } || isFromFile) && ((isSecret && SecretNames.CanBeSecret(value)) || SecretNames.HasPassword(value)) && !CredentialKinds.Find(value).Any())
            {
                yield return ServiceContractDiagnostics.SecretInEnvironment(source?.Location ?? subject.At("env_file"), service.Name, name);
            }
        }
    }
}
