namespace Towpath.Server.Api;

/// <summary>Opens a session by a code that a browser was given for a command line.</summary>
/// <param name="Code">The code.</param>
/// <param name="Verifier">What the challenge of the login was made of (RFC 7636).</param>
/// <param name="Redirect">Where the code was sent.</param>
public sealed record CodeRequest(string Code, string Verifier, string Redirect)
{
    /// <summary>Without what must not get into a log.</summary>
    public override string ToString() => nameof(CodeRequest);
}
