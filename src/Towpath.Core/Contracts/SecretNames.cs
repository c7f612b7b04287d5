using System.Text.RegularExpressions;

namespace Towpath.Core.Contracts;

/// <summary>Tells names and values that stand for secrets from those that do not.</summary>
internal static partial class SecretNames
{
    private static readonly string[] Switches = ["", "yes", "no", "true", "false", "on", "off", "0", "1", "null", "none"];

    /// <summary>Whether a variable of that name holds a secret: <c>DB_PASSWORD</c> does, <c>DB_PASSWORD_FILE</c> and <c>TOKEN_LIFETIME</c> do not.</summary>
    public static bool IsSecret(string name) => name.Length <= 200 && Secret().IsMatch(name) && !About().IsMatch(name);

    /// <summary>Whether a value can be one: not empty, no switch, no number, and nothing that is filled in later.</summary>
    public static bool CanBeSecret(string value) =>
        !Switches.Contains(value, StringComparer.OrdinalIgnoreCase) && !Reference().IsMatch(value) && !(value.Length < 6 && value.All(char.IsAsciiDigit));

    /// <summary>Whether an address carries a password, as <c>postgres://user:password@host</c> does.</summary>
    public static bool HasPassword(string value) => value.Length <= 4000 && PasswordInUrl().Match(value) is { Success: true } match && CanBeSecret(match.Groups["password"].Value);

    [GeneratedRegex(
        "(^|[_.-])(password|passwd|passphrase|pass|pwd|secret|token|credentials?|(api|access|private|secret|signing|encryption|auth)_?key)([_.-]|$)"
        + "|(password|secret|apikey)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();

    [GeneratedRegex(
        "(^|[_.-])(file|path|dir|url|uri|name|id|user|ttl|expir\\w*|lifetime|timeout|length|min|max|header|type|alg\\w*|policy|endpoint|issuer|public|enabled?"
        + "|allow\\w*|random|field|count|cost|rounds|env|prefix|size|version|host|port)$"
        + "|^(oldpwd|pwd)$|[_.-](file|path)([_.-]|$)|^(mysql|mariadb)_(allow_empty|random_root)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex About();

    [GeneratedRegex(@"\$|\{\{|^<[^>]*>$|^%[^%]+%$|^/run/secrets/", RegexOptions.None, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,20}://[^/\s:@'""]{0,100}:(?<password>[^/\s@'""]{1,200})@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PasswordInUrl();
}
