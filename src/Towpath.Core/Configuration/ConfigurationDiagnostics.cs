using Towpath.Core.Diagnostics;

namespace Towpath.Core.Configuration;

/// <summary>TP4501 to TP4509, TP4514 to TP4519, TP4796: <c>server.yaml</c>.</summary>
public static class ConfigurationDiagnostics
{
    /// <summary>The file that was named can't be read.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="problem">Why.</param>
    public static Diagnostic NoFile(string path, string problem) => new(
        "TP4501",
        Severity.Error,
        $"the configuration {path} can't be read: {problem}",
        Notes: ["it was named by --config or TOWPATH_CONFIG; without either, a file that is not there is fine"],
        Help: "name a file that is there, or leave the name out");

    /// <summary>An address that can't be called.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="problem">Why not. The address itself is a secret.</param>
    public static Diagnostic BadUrl(Location place, string problem) => new(
        "TP4502",
        Severity.Error,
        $"this url can't be called: {problem}",
        place,
        Help: "write the whole address, beginning with https://; http:// is for this machine alone");

    /// <summary>A secret that stands in the file.</summary>
    public static Diagnostic LiteralSecret(Location place, string what) => new(
        "TP4503",
        Severity.Warning,
        $"{what} is a secret, and stands in the file",
        place,
        Notes: ["whoever may read the file, or a copy of it, can use it"],
        Help: "write ${VARIABLE}, or { file: PATH } with a file that only its owner can read");

    /// <summary>A variable that is not set.</summary>
    public static Diagnostic NoVariable(Location place, string name) => new(
        "TP4504",
        Severity.Error,
        $"the variable `{name}` has no value",
        place,
        Notes: ["variables are those of the process that serves, which has them from whoever started it"],
        Help: $"set {name} where the control plane is started, give a default as ${{{name}:-value}}, or write a `$` that is meant literally as `$$`");

    /// <summary>A file of a secret that gives none.</summary>
    public static Diagnostic BadSecretFile(Location place, string path, string problem) => new(
        "TP4505",
        Severity.Error,
        $"the secret in {path} can't be had: {problem}",
        place,
        Help: "write the secret into that file, readable for the user who serves; a relative path begins at the folder of the configuration");

    /// <summary>Keys of secrets that are none.</summary>
    public static Diagnostic BadSecretKeys(Location place) => new(
        "TP4515",
        Severity.Error,
        "`keys` of secrets are 32 bytes in base64 each",
        place,
        Notes: ["one in a line, or separated by commas; the first seals, the others open what they sealed before"],
        Help: "make one with `openssl rand -base64 32`, and keep a copy of it apart from backups");

    /// <summary>A range of ports that is none.</summary>
    public static Diagnostic BadPortRange(Location place) => new(
        "TP4516",
        Severity.Error,
        "`range` is two ports with a hyphen between them",
        place,
        Help: "write the first and the last port, 1 to 65535, such as 8000-8999");

    /// <summary>Two channels with one name.</summary>
    public static Diagnostic SameChannel(Location place, string name) => new(
        "TP4506",
        Severity.Error,
        $"there is a channel `{name}` already",
        place,
        Notes: ["what was announced is remembered by the channel's name"],
        Help: "give each channel its own name");

    /// <summary>What is no address of e-mail.</summary>
    public static Diagnostic BadAddress(Location place, string what) => new(
        "TP4507",
        Severity.Error,
        $"{what} is no e-mail address",
        place,
        Help: "write the bare address, such as towpath@example.org");

    /// <summary>A key that can be guessed.</summary>
    public static Diagnostic WeakKey(Location place, int least) => new(
        "TP4508",
        Severity.Error,
        $"the secret of a webhook has at least {least} characters",
        place,
        Notes: ["whoever guesses it can send announcements in Towpath's name"],
        Help: "make one with `openssl rand -hex 32`, and give it to the receiver too");

    /// <summary>Mail that others could read on its way.</summary>
    public static Diagnostic UnprotectedMail(Location place, string host) => new(
        "TP4509",
        Severity.Error,
        $"mail to {host} must be protected on its way",
        place,
        Notes: ["`tls: none` sends the password and every announcement in the clear; it is for a mail server on this machine"],
        Help: "write `tls: starttls` or `tls: implicit`, or leave it out");

    /// <summary>What is no name of a branch.</summary>
    public static Diagnostic BadBranch(Location place, string name) => new(
        "TP4796",
        Severity.Error,
        $"`{name}` is no branch",
        place,
        Help: "write its short name, such as main or release/2: letters, digits, `/`, `-`, `_` and `.`");

    /// <summary>A file of a secret whose mode lets others open it.</summary>
    public static Diagnostic OpenSecretFile(Location place, string path) => new(
        "TP4514",
        Severity.Warning,
        $"others than its owner may open the secret in {path}",
        place,
        Notes: ["whoever may read it can use it"],
        Help: $"`chmod 600 {path}`; a relative path begins at the folder of the configuration");

    /// <summary>An API beyond this machine that everybody on the way could read.</summary>
    public static Diagnostic UnprotectedListen(Location place) => new(
        "TP4517",
        Severity.Error,
        "`listen` must say how connections are protected",
        place,
        Notes: ["passwords and tokens would cross a network in the clear"],
        Help: "write `tls: { certificate: PATH, key: PATH }`, or `behind-proxy: ADDRESS` where a proxy of yours ends TLS");

    /// <summary>Something about where it listens that can't be.</summary>
    /// <param name="place">Where it stands, where that is known.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="help">What to do.</param>
    public static Diagnostic BadListen(Location? place, string what, string help) => new("TP4518", Severity.Error, what, place, Help: help);

    /// <summary>A certificate that can't be used.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="problem">Why.</param>
    public static Diagnostic BadCertificate(string path, string problem) => new(
        "TP4519",
        Severity.Error,
        $"the certificate in {path} can't be used: {problem}",
        Notes: ["it is named by `listen: { tls: … }` in `server.yaml`"],
        Help: "name a certificate and its private key, PEM without a password, readable for the user who serves; a relative path begins at the folder of the configuration");
}
