using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Kubernetes.Calls;

namespace Towpath.Engines.Kubernetes;

/// <summary>Diagnostics of calls to a cluster: TP6300 to TP6329. <c>subject</c> says what was being done: "reading Deployment shop/api".</summary>
public static class KubernetesDiagnostics
{
    /// <summary>Nothing answers.</summary>
    public static Diagnostic Unreachable(string subject, string server, string words) => Error(
        "TP6300", $"No cluster answers at {server} while {subject}", [words],
        "Check the network, a VPN and the address in the kubeconfig; `kubectl cluster-info` must answer with the same file.");

    /// <summary>A call did not end in its time.</summary>
    public static Diagnostic TooSlow(string subject, TimeSpan bound) => Error(
        "TP6301", $"The cluster took too long while {subject}", [string.Create(CultureInfo.InvariantCulture, $"It did not answer within {bound.TotalSeconds:0} s.")],
        "Look at the load of the cluster's control plane, then try again.");

    /// <summary>The server's certificate is not trusted.</summary>
    public static Diagnostic Untrusted(string server, string words) => Error(
        "TP6302", $"The certificate of {server} is not trusted", [words],
        "Give the cluster's certificate authority in the kubeconfig (`certificate-authority-data`), and its name by `tls-server-name` where it is reached by another one.");

    /// <summary>The credentials are not known, also after they were renewed.</summary>
    public static Diagnostic Unauthorized(string subject, string context, string words) => Error(
        "TP6303", $"The cluster does not know the credentials of {context}", [$"It refused while {subject}.", .. Said(words)],
        "Log in again as your provider tells, or renew the token or certificate in the kubeconfig.");

    /// <summary>The account may not do that.</summary>
    public static Diagnostic Forbidden(string subject, string words) => Error(
        "TP6304", $"The cluster's account may not do that: {subject}", Said(words),
        "Ask who administers the cluster for a Role with that verb, and a RoleBinding for the account that the words name.");

    /// <summary>There is no such object.</summary>
    public static Diagnostic NotFound(string subject, string words) => Error(
        "TP6305", $"The cluster has no such object: {subject}", Said(words),
        "Check the name, the namespace, and whether somebody has removed it.");

    /// <summary>Other managers own fields.</summary>
    public static Diagnostic FieldConflict(string subject, IEnumerable<ApiCause> causes) => Error(
        "TP6306", $"Somebody else owns fields of this object: {subject}", [.. causes.Select(c => c.Field.Length > 0 ? $"{c.Field}: {c.Message}" : c.Message)],
        "Take the fields out of one side. Where Towpath shall own them, let the other manager go of them, or force the apply.");

    /// <summary>The object exists, or changed in between.</summary>
    public static Diagnostic ObjectChanged(string subject, string words) => Error(
        "TP6307", $"The object is not as it was expected: {subject}", Said(words),
        "Try again: Towpath looks anew at what is there before it changes it.");

    /// <summary>Fields are wrong.</summary>
    public static Diagnostic Invalid(string subject, string words, IEnumerable<ApiCause> causes)
    {
        ImmutableArray<string> fields = [.. causes.Where(c => c.Field.Length > 0).Select(c => c.Message.Length > 0 ? $"{c.Field}: {c.Message}" : $"{c.Field}: {c.Reason}")];
        return Error(
            "TP6308", $"The cluster takes this object for wrong: {subject}", fields.IsEmpty ? Said(words) : fields,
            "Mend the fields that are named. A field that the cluster does not know may belong to a newer version of Kubernetes.");
    }

    /// <summary>Overloaded, or a fault of its own.</summary>
    public static Diagnostic Busy(string subject, int code, string words) => Error(
        "TP6309", $"The cluster is busy or ill while {subject}", [$"It answered with status {code}.", .. Said(words)],
        "Wait, then try again; look at the cluster's control plane if it lasts. Nothing was half done: Towpath looks at what is there first.");

    /// <summary>More than what is read.</summary>
    public static Diagnostic TooLarge(string subject, long most) => Error(
        "TP6310", $"The cluster's answer is too large while {subject}", [$"It has more than {most / 1024 / 1024} MiB."],
        "Ask for less: one namespace, or objects with a label.");

    /// <summary>No JSON, or not what was asked for.</summary>
    public static Diagnostic NotUnderstood(string subject, string server, string words) => Error(
        "TP6311", $"What answers at {server} is no Kubernetes API", [$"It was asked while {subject}.", words],
        "Check the address in the kubeconfig; a login page of a proxy answers like that too.");

    /// <summary>A page or a version is too old.</summary>
    public static Diagnostic Expired(string subject, string words) => Error(
        "TP6312", $"The cluster has forgotten where this list began: {subject}", Said(words),
        "Try again. If it comes back, objects change faster than they can be listed: ask for one namespace.");

    /// <summary>Any other refusal.</summary>
    public static Diagnostic Refused(string subject, int code, string words) => Error(
        "TP6313", $"The cluster refused while {subject}", [$"It answered with status {code}.", .. Said(words)],
        "The cluster's words say why. An admission webhook that refuses names itself there.");

    /// <summary>The cluster does not serve a kind.</summary>
    public static Diagnostic KindNotServed(string apiVersion, string kind, IEnumerable<string> others)
    {
        var known = string.Join(", ", others);
        return Error(
            "TP6314", $"The cluster does not serve {kind} of {apiVersion}",
            known.Length > 0 ? [$"It serves {kind} of {known}."] : [$"It serves no {kind} at all: its definition (CRD) is not installed, or its API server does not answer."],
            known.Length > 0 ? "Write one of these versions, or upgrade the cluster." : "Install what brings the kind, then try again.");
    }

    private static ImmutableArray<string> Said(string words) => words.Length > 0 ? [$"The cluster said: {words}"] : [];

    private static Diagnostic Error(string code, string headline, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Error, headline, Location: null, Label: null, notes, help);
}
