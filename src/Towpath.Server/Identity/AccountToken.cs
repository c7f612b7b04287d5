using System.Security.Cryptography;
using Towpath.Server.Api;

namespace Towpath.Server.Identity;

/// <summary>
/// The token of an account: <c>tp_ID_SECRET</c>. The number is public and finds the row, so that nothing has to be searched by the secret, which is
/// 256 random bits. The prefix lets scanners of repositories find one that leaked.
/// </summary>
/// <param name="Id">Public number, 16 hexadecimal digits.</param>
/// <param name="Secret">The secret part.</param>
internal sealed record AccountToken(string Id, string Secret)
{
    private const string Prefix = "tp_";
    private const int IdBytes = 8;
    private const int MostCharacters = 200;

    /// <summary>A new one.</summary>
    public static AccountToken Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), ApiToken.Create());

    /// <summary>The parts of a presented token, or null where it is none of an account.</summary>
    public static AccountToken? Parse(string presented)
    {
        var secret = Prefix.Length + (2 * IdBytes) + 1;
        return presented.StartsWith(Prefix, StringComparison.Ordinal) && presented.Length > secret && presented.Length <= MostCharacters && presented[secret - 1] == '_'
            ? new AccountToken(presented[Prefix.Length..(secret - 1)], presented[secret..])
            : null;
    }

    /// <summary>As its bearer presents it. The compiler's own text of a record would show the secret in logs; this is the only way to it.</summary>
    public string Present() => $"{Prefix}{Id}_{Secret}";

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Prefix}{Id}";
}
