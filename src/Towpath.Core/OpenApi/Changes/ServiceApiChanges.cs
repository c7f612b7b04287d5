using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>What changed in the API of a service between two releases.</summary>
/// <param name="Summary">For people, in one line.</param>
/// <param name="Changes">All changes.</param>
/// <param name="Diagnostics">What they mean to clients.</param>
public sealed record ServiceApiChanges(string Summary, ImmutableArray<ApiChange> Changes, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Compares the descriptions of one service in two releases.</summary>
    /// <param name="service">The service as it is now.</param>
    /// <param name="old">Its description then, or null where it had none.</param>
    /// <param name="now">Its description now, or null where it has none.</param>
    /// <param name="before">What the old one is of, such as <c>release r-1234</c>.</param>
    public static ServiceApiChanges Between(Service service, ApiDescription? old, ApiDescription? now, string before)
    {
        if (now is null)
        {
            return old is null
                ? new("no description", [], [])
                : new($"the description of {before} is gone", [], [ApiChangeDiagnostics.DescriptionGone(service.Location, service.Name, before)]);
        }

        if (old is null)
            return new(string.Create(null, $"{now.Operations.Length} operations, nothing to compare with"), [], []);

        var changes = ApiChanges.Compare(old, now);
        var announced = now.Major > old.Major;
        return new(Words(changes, before, announced ? now.Version : null), changes, ApiChangeDiagnostics.Of(changes, before, announced));
    }

    private static string Words(ImmutableArray<ApiChange> changes, string before, string? announced)
    {
        if (changes.IsEmpty)
            return $"unchanged since {before}";
        var breaking = changes.Count(c => c.Breaks);
        var words = changes.Count(c => c.Effect == ApiEffect.Documentation);
        return $"{breaking} breaking, {changes.Length - breaking - words} compatible and {words} documentation changes since {before}"
            + (announced is not null && breaking > 0 ? $", announced by version {announced}" : "");
    }
}
