using System.Collections.Immutable;

namespace Towpath.Core.Identity.OpenId;

/// <summary>Which teams somebody is in by what the provider says.</summary>
public static class ProvidedTeams
{
    /// <summary>
    /// The teams after a login: those that some group gives are the provider's to say, whatever they were before; all others stay as an administrator put them.
    /// </summary>
    /// <param name="before">Teams of the account.</param>
    /// <param name="groups">Groups of the ID token.</param>
    /// <param name="teams">Teams by group.</param>
    public static ImmutableSortedSet<string> After(ImmutableSortedSet<string> before, IEnumerable<string> groups, IReadOnlyDictionary<string, string> teams) =>
        before.Except(teams.Values).Union(groups.Where(teams.ContainsKey).Select(group => teams[group]));
}
