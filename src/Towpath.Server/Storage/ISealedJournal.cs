using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>The journal with its seals, for whoever checks that nobody altered it.</summary>
public interface ISealedJournal
{
    /// <summary>Stored facts after a sequence, in order, at most <paramref name="limit"/>, as they are: nothing about them is taken for granted.</summary>
    IReadOnlyList<SealedFact> Sealed(long after, int limit);
}
