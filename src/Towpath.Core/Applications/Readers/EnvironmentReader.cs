using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>environment:</c> of a service, its files of variables joined in.</summary>
internal sealed class EnvironmentReader(ProjectReading project)
{
    /// <summary>The variables that have a value. Of one without, a warning is told: the commit alone decides what runs.</summary>
    public ImmutableSortedDictionary<string, string> Read(YamlMapping service)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value, place) in project.Values.Pairs(service.Get("environment"), "environment"))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny(' ', '\t', '\0'))
            {
                project.Bag.Add(ValueDiagnostics.BadName(place.Location, "the name of a variable", name, "at least one character and no blanks"));
            }
            else if (value is not null)
            {
                variables[name] = value;
            }
            else
            {
                project.Bag.Add(ValueDiagnostics.EnvironmentWithoutValue(place.Location, name));
            }
        }

        return variables.ToImmutable();
    }
}
