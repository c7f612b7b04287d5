using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Registries;

/// <summary>What goes wrong with registries and images in them: TP6380 to TP6399. None shows a password or a token.</summary>
public static class RegistryDiagnostics
{
    internal const string AwayCode = "TP6380";
    internal const string LoginRefusedCode = "TP6381";
    internal const string NotSecureCode = "TP6385";

    /// <summary>TP6380: a registry does not answer.</summary>
    public static Diagnostic Away(string registry, string why) => Error(
        AwayCode, $"registry {registry} does not answer", why, "Check that it runs and that this machine reaches it. Nothing was changed; try again.");

    /// <summary>TP6381: a registry does not accept the login, or wants one.</summary>
    /// <param name="repository">What was asked for.</param>
    /// <param name="source">Where the login comes from; null where there is none.</param>
    /// <param name="said">What the registry said.</param>
    public static Diagnostic LoginRefused(string repository, string? source, string said) => Error(
        LoginRefusedCode,
        source is null ? $"{repository} wants a login, and there is none" : $"{repository} does not accept the login from {source}",
        said,
        $"Log in as the user that the control plane runs as, `podman login {repository.Split('/')[0]}`, with an account that may push there.");

    /// <summary>TP6382: no name of a repository.</summary>
    public static Diagnostic NoRepository(string name) => Error(
        "TP6382", $"\"{name}\" is no repository in a registry", "It has a host with a dot or a port, and a path of small letters, digits and single separators.", "Write it as registry.example/team/service.");

    /// <summary>TP6383: a registry takes no repository of that name.</summary>
    public static Diagnostic NameRefused(string repository, string said) => Error(
        "TP6383", $"the registry takes no {repository}", said, "Make the repository there, or name another one; some registries have a repository for each service only after somebody has made it.");

    /// <summary>TP6384: a quota or a rate is used up.</summary>
    public static Diagnostic Full(string repository, string said) => Error(
        "TP6384", $"a limit of the registry of {repository} is reached", said, "Free space there, raise the quota, or wait until it takes requests again.");

    /// <summary>TP6385: a registry can't be spoken to safely.</summary>
    public static Diagnostic NotSecure(string registry, string why) => Error(
        NotSecureCode,
        $"registry {registry} can't be spoken to safely",
        why,
        "Give it a certificate that this machine trusts. Only where nobody can listen: mark the registry as insecure.");

    /// <summary>TP6386: the image in the registry is not the one that was tested.</summary>
    public static Diagnostic OtherImage(string reference, string found, string wanted) => new(
        "TP6386",
        Severity.Error,
        $"{reference} is not the image that was tested",
        Notes: [$"It is {found}; the release has {wanted}.", "Only what was tested, bit for bit, is deployed."],
        Help: "Find out who pushed there, delete the tag, and deploy again. If Towpath pushed it, the registry or the engine changes images: use another one.");

    /// <summary>TP6387: the engine does not have the image any more.</summary>
    public static Diagnostic ImageGone(string reference, string digest) => Error(
        "TP6387", $"image {reference} can't be pushed: the engine does not have it", $"Its identifier is {digest}.", "Ship the commit again: images of the same commit are built anew.");

    /// <summary>TP6388: a file of logins can't be read.</summary>
    public static Diagnostic UnreadableLogins(string file, string why) => Error(
        "TP6388", $"the logins in {file} can't be read", why, "Mend the file, or write it anew with `podman login`.");

    /// <summary>TP6389: a program that keeps logins gave none.</summary>
    public static Diagnostic NoAnswerOfProgram(string program, string registry, string why) => Error(
        "TP6389", $"{program} gives no login for {registry}", why, $"Run `echo {registry} | {program} get` as the user that the control plane runs as.");

    /// <summary>TP6390: a registry says what no registry should.</summary>
    public static Diagnostic Strange(string registry, string what) => Error(
        "TP6390", $"registry {registry} answers in a way that Towpath does not understand", what, "Check that the address is a registry's (OCI distribution API, version 2), and no proxy's or login page's.");

    /// <summary>TP6391: a push ended well, and the image is not there.</summary>
    public static Diagnostic NotThere(string reference) => Error(
        "TP6391", $"{reference} was pushed and is not there", "The engine said that the push had ended well.", "See whether something deletes images there, and that engine and control plane reach the same registry.");

    /// <summary>TP6392: a registry did not take an image.</summary>
    public static Diagnostic Refused(string repository, string said) => Error(
        "TP6392", $"{repository} does not take the image", said, "Try `podman push` by hand; the registry's own log tells more.");

    private static Diagnostic Error(string code, string headline, string note, string help) =>
        new(code, Severity.Error, headline, Notes: note.Length == 0 ? [] : [note], Help: help);
}
