using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>contract:</c> and <c>ports:</c> of <c>towpath.yaml</c>. Whether a rule of that name exists is told by the contract itself.</summary>
internal sealed class ContractReader(ProjectReading project)
{
    private const int Most = 1000;
    private static readonly KeyTable ContractKeys = new("contract", "level rules credentials");
    private static readonly KeyTable RuleKeys = new("a rule of the contract", "severity services because");
    private static readonly KeyTable CredentialKeys = new("contract.credentials", "allow");
    private static readonly KeyTable AllowKeys = new("an entry of contract.credentials.allow", "path because");
    private static readonly KeyTable PortKeys = new("the ports of a service", "listen publish protocol");
    private readonly NodeReader _values = project.Values;

    /// <summary>What stands there; <see cref="ContractTerms.None"/> where nothing does.</summary>
    public ContractTerms Read(YamlMapping file)
    {
        var contract = _values.Mapping(file.Get("contract"), ContractKeys);
        return new ContractTerms
        {
            IsStrict = _values.Word(contract?.Get("level"), "contract.level", "normal", "strict") == "strict",
            Rules = [.. _values.Entries(contract?.Get("rules"), "contract.rules", Most).Select(Rule).OfType<RuleSetting>()],
            AllowedCredentials =
            [
                .. _values.Items(_values.Mapping(contract?.Get("credentials"), CredentialKeys)?.Get("allow"), "contract.credentials.allow")
                    .Take(Most)
                    .Select(Allowed)
                    .OfType<AllowedCredential>(),
            ],
            Ports = file.Get("ports") is { } ports ? [.. _values.Entries(ports, "ports", Most).Select(Port).OfType<PortAssignment>()] : null,
        };
    }

    private RuleSetting? Rule(YamlEntry entry)
    {
        var rule = entry.Value is YamlScalar ? null : _values.Mapping(entry.Value, RuleKeys);
        if (rule is not null && !_values.Require(rule.Get("severity"), rule, "a rule of the contract", "severity"))
        {
            return null;
        }

        var word = _values.Word(rule is null ? entry.Value : rule.Get("severity"), $"the severity of {entry.Name}", "off", "note", "warning", "error");
        Severity? severity = word switch { "note" => Severity.Note, "warning" => Severity.Warning, "error" => Severity.Error, _ => null };
        return word is null
            ? null
            : new RuleSetting(entry.Name, severity, _values.Texts(rule?.Get("services"), "services"), _values.NonEmpty(rule?.Get("because"), "because"), entry.Key.Location);
    }

    private AllowedCredential? Allowed(YamlNode item)
    {
        if (_values.Mapping(item, AllowKeys) is not { } allowed)
        {
            return null;
        }

        var hasPath = _values.Require(allowed.Get("path"), allowed, AllowKeys.Subject, "path");
        var hasReason = _values.Require(allowed.Get("because"), allowed, AllowKeys.Subject, "because");
        return hasPath && hasReason && _values.NonEmpty(allowed.Get("path"), "path") is { } path && _values.NonEmpty(allowed.Get("because"), "because") is { } because
            ? new AllowedCredential(path, because, allowed.Get("path")!.Location)
            : null;
    }

    private PortAssignment? Port(YamlEntry entry)
    {
        var place = entry.Key.Location;
        if (entry.Value is YamlScalar)
        {
            return _values.Integer(entry.Value, $"the port of {entry.Name}", 1, 65535) is { } only
                ? new PortAssignment(entry.Name, only, null, null, place, entry.Value.Location, null)
                : null;
        }

        if (_values.Mapping(entry.Value, PortKeys) is not { } ports)
        {
            return null;
        }

        var listen = _values.Integer(ports.Get("listen"), "listen", 1, 65535);
        var publish = _values.Integer(ports.Get("publish"), "publish", 1, 65535);
        var protocol = _values.NonEmpty(ports.Get("protocol"), "protocol");
        return new PortAssignment(entry.Name, listen, publish, protocol, place, ports.Get("listen")?.Location, ports.Get("publish")?.Location);
    }
}
