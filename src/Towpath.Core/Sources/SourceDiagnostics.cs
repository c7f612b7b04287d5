using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Sources;

/// <summary>TP4790 to TP4829: how commits reach the control plane.</summary>
public static class SourceDiagnostics
{
    /// <summary>A repository that nobody pushed to.</summary>
    /// <param name="application">Its name.</param>
    public static Diagnostic NoRepository(string application) => new(
        "TP4790",
        Severity.Error,
        $"nothing was pushed to {application} yet",
        Notes: ["the control plane has repositories of its own: the first push makes one"],
        Help: $"git push URL/git/{application}.git main");

    /// <summary>The commit is of another application than the repository that it was pushed to.</summary>
    /// <param name="repository">Name of the repository.</param>
    /// <param name="application">Application that the commit names.</param>
    public static Diagnostic OtherApplication(string repository, string application) => new(
        "TP4791",
        Severity.Error,
        $"the commit is of `{application}`, and not of `{repository}`",
        Notes: ["rights are given by application: what is in a repository must be what the repository is named for"],
        Help: $"push to /git/{application}.git, or write `application: {repository}` in towpath.yaml");

    /// <summary>A name that no application can have.</summary>
    public static Diagnostic BadRepositoryName() => new(
        "TP4792",
        Severity.Error,
        "there can be no application of that name",
        Help: "a repository is /git/APPLICATION.git, with the name that towpath.yaml or the Compose file says: lower-case letters, digits and hyphens");

    /// <summary>What a push asks for is more than is looked at, or in a form that is not looked at.</summary>
    /// <param name="why">Why, as a sentence without a full stop.</param>
    public static Diagnostic UnreadablePush(string why) => new(
        "TP4793",
        Severity.Error,
        "the push can't be taken",
        Notes: [why],
        Help: "push fewer references at a time, without --signed, by git of this decade");

    /// <summary>Too many clients of git at one time.</summary>
    public static Diagnostic GitBusy() => new(
        "TP4794",
        Severity.Error,
        "too many pushes and fetches at one time",
        Help: "try again in a moment");

    /// <summary>A commit of a source that changes what guards environments: nobody who may do so has asked for it.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="environments">Environments whose guards it changes.</param>
    public static Diagnostic GuardsChanged(string source, ImmutableArray<string> environments) => new(
        "TP4799",
        Severity.Error,
        $"the commit of {source} changes the gates of {string.Join(", ", environments)}",
        Notes: ["a source ships for nobody in particular: whoever may push there could otherwise open every gate"],
        Help: "an operator of these environments ships this commit with `towpath ship` or `git push`; the next ones come by themselves again");

    /// <summary>A call that is not from who has the key, or for a source that there is not: which of both is not told.</summary>
    public static Diagnostic HookRefused() => new(
        "TP4800",
        Severity.Error,
        "this call is not accepted",
        Notes: ["there is no such source, it takes no calls, or the signature is not of its secret and of the last minutes"],
        Help: "compare name, `hook` and `secret` in server.yaml with what the calling service was given, and the clocks of both");

    /// <summary>A call whose body is not what such calls hold.</summary>
    public static Diagnostic HookMalformed() => new(
        "TP4801",
        Severity.Error,
        "the body of this call is no JSON object",
        Help: "choose `application/json` as the content type of the webhook");

    /// <summary>The git program failed at what a client asked for.</summary>
    /// <param name="errors">Its last words.</param>
    public static Diagnostic GitServiceFailed(ImmutableArray<string> errors) => new(
        "TP4795",
        Severity.Error,
        "git on the control plane's machine failed",
        Notes: errors,
        Help: "look at the free space of the state folder's disk; `git fsck` in its git folder says whether a repository is damaged");
}
