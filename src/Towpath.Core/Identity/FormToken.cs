using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Identity;

/// <summary>
/// Tells a request that a page of ours made from one that another page made in its name: browsers send the cookie with both, but only ours knows what belongs to it.
/// </summary>
public static class FormToken
{
    /// <summary>What belongs to the value of a cookie that nobody else knows: 43 characters.</summary>
    public static string Of(string cookie) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(cookie), "towpath form"u8));

    /// <summary>Whether a presented one belongs to a cookie.</summary>
    public static bool Fits(string? presented, string cookie) =>
        presented is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(Of(cookie)));
}
