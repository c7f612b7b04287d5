using System.Collections.Immutable;

namespace Towpath.Core.Identity;

/// <summary>A code that somebody let a command line have.</summary>
/// <param name="Hash">SHA-256 of the code, 64 hexadecimal digits.</param>
/// <param name="Account">Whose session it is good for.</param>
/// <param name="Challenge">Who may have it: whoever knows the verifier behind this.</param>
/// <param name="Redirect">Where it was sent.</param>
/// <param name="At">When.</param>
public sealed record GivenCode(string Hash, string Account, string Challenge, string Redirect, DateTimeOffset At);

/// <summary>Codes that were given and not asked for yet. Each is good once and for a minute; of one account a few are kept, so that all together are bounded by how many accounts there are.</summary>
public sealed record LoginCodes
{
    /// <summary>How long a code is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>Codes of one account at most; the oldest gives way.</summary>
    public const int MostOfAccount = 5;

    /// <summary>None.</summary>
    public static LoginCodes Empty { get; } = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<GivenCode> Given { get; private init; } = [];

    /// <summary>With one more, and without those whose time is over.</summary>
    public LoginCodes Add(GivenCode code)
    {
        var living = Given.RemoveAll(g => !IsGood(g, code.At));
        var own = living.FindAll(g => g.Account == code.Account);
        return new LoginCodes { Given = living.RemoveRange(own.Take(own.Count - MostOfAccount + 1)).Add(code) };
    }

    /// <summary>Takes a code away, whoever asks: a second try is none, also after a wrong verifier (RFC 6749, 4.1.2; RFC 9700, 2.1.1).</summary>
    /// <param name="hash">Hash of the code that was presented.</param>
    /// <param name="verifier">What is to prove that it is meant for whoever presents it.</param>
    /// <param name="redirect">Where he says that it was sent.</param>
    /// <param name="now">The time.</param>
    /// <returns>The code, where it is good, and what is left.</returns>
    public (GivenCode? Code, LoginCodes Left) Take(string hash, string verifier, string redirect, DateTimeOffset now)
    {
        if (Given.Find(g => g.Hash == hash) is not { } found) return (null, this);
        var isGood = IsGood(found, now) && found.Redirect == redirect && TerminalLogin.Proves(verifier, found.Challenge);
        return (isGood ? found : null, new LoginCodes { Given = Given.Remove(found) });
    }

    // A clock that was set back must not make a code good for longer.
    private static bool IsGood(GivenCode code, DateTimeOffset now) => now >= code.At && now - code.At < Life;
}
