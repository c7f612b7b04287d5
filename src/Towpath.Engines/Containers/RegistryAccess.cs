using Towpath.Core.Configuration;

namespace Towpath.Engines.Containers;

/// <summary>How a registry is spoken to.</summary>
/// <param name="Login">Who logs in; null for nobody.</param>
/// <param name="IsInsecure">Operations said that its certificate is not to be verified, and that it may speak plain HTTP. A registry of this machine always may.</param>
public sealed record RegistryAccess(RegistryLogin? Login = null, bool IsInsecure = false);

/// <summary>A login at a registry.</summary>
/// <param name="User">Name of the account; empty with an identity token.</param>
/// <param name="Secret">Password, or identity token.</param>
/// <param name="IsIdentityToken">The secret is a refresh token, which is changed for a token of a repository (Docker's <c>identitytoken</c>).</param>
/// <param name="Source">File or program that it comes from, for messages.</param>
public sealed record RegistryLogin(string User, Secret Secret, bool IsIdentityToken = false, string Source = "")
{
    /// <summary>A text without the secret, and without what it is sent as: engines and registries may echo what they were called with.</summary>
    internal string Hide(string text)
    {
        var secret = Secret.Reveal();
        return secret.Length == 0 ? text : text.Replace(secret, "***", StringComparison.Ordinal).Replace(Basic(), "***", StringComparison.Ordinal);
    }

    /// <summary>Credentials of the scheme Basic (RFC 7617).</summary>
    internal string Basic() => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{User}:{Secret.Reveal()}"));
}
