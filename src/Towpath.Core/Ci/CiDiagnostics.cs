using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Ci;

/// <summary>TP4802 to TP4812: pipelines that run elsewhere, and their evidence.</summary>
public static class CiDiagnostics
{
    /// <summary>A pipeline file that is there already, and is another.</summary>
    public static Diagnostic FileIsThere(string file) => Error(
        "TP4802",
        $"{file} is there already, and is not what would be written",
        "somebody may have changed it by hand",
        "compare it with `--file -`, which prints, and write over it with `--force`");

    /// <summary>A word that can't stand in a pipeline file.</summary>
    public static Diagnostic NotPlain(string what) => Error(
        "TP4803",
        $"{what} can't stand in a pipeline file",
        "it stands there in a shell's line, so that letters, digits and . _ - / are all that it may hold; and a path begins below the top of the repository",
        "call the folder or the label otherwise");

    /// <summary>A file that is no evidence.</summary>
    public static Diagnostic Unreadable(string why) => Error(
        "TP4804",
        "this is no evidence that can be read",
        why,
        "hand in the file of `towpath pipeline run --evidence FILE` as it is, from a towpath of the same version");

    /// <summary>Evidence of another application.</summary>
    public static Diagnostic OtherApplication(string asked, string says) => Error(
        "TP4805",
        $"the evidence is of `{says}`, and not of `{asked}`",
        "evidence counts for the application that it names, and for no other",
        $"hand it in with `--app {says}`, with a token that may do so there");

    /// <summary>Evidence of another commit than whoever hands it in means.</summary>
    public static Diagnostic OtherCommit(string asked, string says) => Error(
        "TP4806",
        $"the evidence is of commit {Short(says)}, and not of {Short(asked)}",
        "evidence counts for exactly the commit that it names",
        "run the pipeline for this commit; a file of an earlier job may have been left in the folder");

    /// <summary>Evidence that nobody vouches for.</summary>
    public static Diagnostic NobodyVouches(string actor) => Error(
        "TP4807",
        $"evidence without a signature is not taken from {actor}",
        "whoever ships could else write himself a green run: it comes from a service account with the role developer in the application, or it is signed",
        "use the token of the CI's service account (`towpath account add ci --service`, `towpath grant developer ci --application NAME`, `towpath token create --account ci --application NAME`), or `--signature FILE`");

    /// <summary>A signature that is of no key, or not of this file.</summary>
    public static Diagnostic WrongSignature(string application) => Error(
        "TP4808",
        "the signature is not of this file by a key that is registered",
        $"the file was changed after it was signed, or the key is none of {application}'s",
        "sign the file as it is: `openssl dgst -sha256 -sign KEY -out FILE.sig FILE`; `towpath evidence key list` shows the keys");

    /// <summary>A key that can't be used.</summary>
    public static Diagnostic BadKey() => Error(
        "TP4809",
        "this is no public key that evidence can be signed with",
        "it is one ECDSA key over P-256 in PEM, and never a private key",
        "`openssl ecparam -name prime256v1 -genkey -noout -out ci.key`, then `openssl ec -in ci.key -pubout -out ci.pub`, and register ci.pub");

    /// <summary>A key that can't be added beside those that are there.</summary>
    public static Diagnostic KeyTaken(string name, string why) => Error(
        "TP4810",
        $"the key `{name}` can't be registered: {why}",
        "a key is never changed under its name: what it vouched for would be vouched for by another",
        "choose another name, or take an old key away with `towpath evidence key remove NAME`; what it vouched for no longer counts then");

    /// <summary>Evidence of a run that has not begun yet.</summary>
    public static Diagnostic FromTheFuture(DateTimeOffset at) => Error(
        "TP4811",
        string.Create(CultureInfo.InvariantCulture, $"the run began at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC, which is not yet"),
        "of several runs of a commit the one that began last counts: one from the future would count for good",
        "set the clock of the machine that it ran on, and run the pipeline again");

    /// <summary>A file that a command line names and that can't be read.</summary>
    public static Diagnostic NotRead(string file, string why) => Error(
        "TP4812",
        $"{file} can't be read",
        why,
        "name a file that is there; `towpath pipeline run --evidence FILE` writes one, also where the run is red");

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    private static Diagnostic Error(string code, string headline, string note, string help) => new(code, Severity.Error, headline, Notes: [note], Help: help);
}
