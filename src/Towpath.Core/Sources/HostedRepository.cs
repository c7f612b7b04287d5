using Towpath.Core.Applications.Readers;

namespace Towpath.Core.Sources;

/// <summary>Rules for the repositories that the control plane keeps itself.</summary>
public static class HostedRepository
{
    /// <summary>Beginning of the full name of a branch.</summary>
    public const string Heads = "refs/heads/";

    /// <summary>References of the control plane's own: no client sees or changes them.</summary>
    public const string Own = "refs/towpath";

    /// <summary>The shipping branch where nothing else is said.</summary>
    public const string DefaultBranch = "main";

    private const int LongestBranch = 100;
    private const string OlderDefaultBranch = "master";

    /// <summary>The reference that remembers which commit of a shipping branch was last taken: what was pushed after it was never acknowledged.</summary>
    /// <param name="branch">Full name of the branch.</param>
    public static string Taken(string branch) => Own + "/taken" + branch["refs".Length..];

    /// <summary>Whether an application, and so a repository, can have that name.</summary>
    public static bool IsName(string name) => Names.IsLabel(name, Names.LongestApplication);

    /// <summary>Whether a branch can have that short name: the plain ones of what git allows (git-check-ref-format).</summary>
    public static bool IsBranch(string name) =>
        name.Length is > 0 and <= LongestBranch
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
        && name[0] is not ('-' or '/' or '.') && name[^1] is not ('/' or '.')
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("/.", StringComparison.Ordinal)
        && !name.EndsWith(".lock", StringComparison.Ordinal);

    /// <summary>
    /// Full name of the shipping branch: the one said for all repositories, else <c>main</c>; and <c>master</c> where the first push brings that and no <c>main</c>.
    /// </summary>
    /// <param name="configured">The branch that is said for all repositories, or null.</param>
    /// <param name="head">What the repository's <c>HEAD</c> names.</param>
    /// <param name="isEmpty">There is no commit in that branch yet.</param>
    /// <param name="pushed">What is pushed.</param>
    public static string ShippingBranch(string? configured, string head, bool isEmpty, PushCommands pushed)
    {
        if (configured is not null) return Heads + configured;
        bool Brings(string branch) => pushed.Commands.Any(c => c.Reference == Heads + branch && !c.Deletes);
        return isEmpty && head == Heads + DefaultBranch && !Brings(DefaultBranch) && Brings(OlderDefaultBranch) ? Heads + OlderDefaultBranch : head;
    }
}
