using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>x-towpath.variables</c> and <c>x-towpath.backup</c>: what Dev tells Ops, and what no engine acts on.</summary>
internal sealed class PromiseReader(ProjectReading project)
{
    private const int MostVariables = 1000;
    private static readonly KeyTable VariableKeys = new("a variable of x-towpath", "meaning secret required");
    private static readonly KeyTable BackupKeys = new("backup", "command volume every keep none");
    private readonly NodeReader _values = project.Values;

    /// <summary>The variables by their names.</summary>
    public ImmutableSortedDictionary<string, VariableMeaning> Variables(YamlNode? node)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, VariableMeaning>(StringComparer.Ordinal);
        foreach (var entry in _values.Entries(node, "x-towpath.variables", MostVariables))
        {
            var place = entry.Key.Location;
            if (entry.Value is YamlScalar)
            {
                if (_values.NonEmpty(entry.Value, $"the meaning of {entry.Name}") is { } only)
                {
                    variables[entry.Name] = new VariableMeaning(only, false, false, place);
                }
            }
            else if (_values.Mapping(entry.Value, VariableKeys) is { } variable
                && _values.Require(variable.Get("meaning"), variable, VariableKeys.Subject, "meaning")
                && _values.NonEmpty(variable.Get("meaning"), "meaning") is { } meaning)
            {
                var isSecret = _values.Boolean(variable.Get("secret"), "secret") ?? false;
                variables[entry.Name] = new VariableMeaning(meaning, isSecret, _values.Boolean(variable.Get("required"), "required") ?? false, place);
            }
        }

        return variables.ToImmutable();
    }

    /// <summary>The backup; null for none and after an error.</summary>
    public Backup? Backup(YamlNode? node)
    {
        if (_values.Mapping(node, BackupKeys) is not { } backup)
        {
            return null;
        }

        var place = node!.Location;
        var command = _values.Command(backup.Get("command"), "backup.command");
        var volume = _values.NonEmpty(backup.Get("volume"), "backup.volume");
        var none = _values.NonEmpty(backup.Get("none"), "backup.none");
        if (new[] { command is not null, volume is not null, none is not null }.Count(given => given) != 1)
        {
            project.Bag.Add(DeliveryDiagnostics.BackupChoice(place));
            return null;
        }

        var every = _values.Duration(backup.Get("every"), "backup.every") ?? TimeSpan.FromDays(1);
        var keep = _values.Integer(backup.Get("keep"), "backup.keep", 1, 1000) ?? 7;
        return new Backup(command, volume, every, keep, none, place);
    }
}
