using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>What goes wrong with an environment whose objects are committed to a repository: TP6450 to TP6459.</summary>
public static class GitDeliveryDiagnostics
{
    /// <summary>Nothing can be read from or pushed to the repository.</summary>
    public static Diagnostic NotCommitted(string environment, ImmutableArray<string> lines, Location? place) => Error(
        "TP6450", $"The objects of {environment} can't be committed to its repository", place, lines,
        "Try `git ls-remote` with the address as the user who serves; look at the rights of the token, and at rules that protect the branch.");

    /// <summary>Others were quicker each time.</summary>
    public static Diagnostic AlwaysBehind(string environment, string tries, Location? place) => Error(
        "TP6451", $"Others pushed to the repository of {environment} each time that Towpath did", place, [$"It was tried {tries} times, each time on top of what was there by then."],
        "Find out what pushes so often, and try again.");

    /// <summary>The secret with the password has no value.</summary>
    public static Diagnostic PasswordMissing(string environment, string secret, Location? place) => Error(
        "TP6452", $"The secret {secret}, by which Towpath pushes to the repository of {environment}, has no value", place, [],
        $"Give it one: `towpath secret set {environment} {secret}`.");

    /// <summary>The cluster did not reach the commit in its time.</summary>
    /// <param name="environment">Name of the environment.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="what">What is not as committed, as in <c>Deployment/web is not there yet</c>.</param>
    /// <param name="seconds">How long it was waited.</param>
    /// <param name="place">Where the repository is named.</param>
    public static Diagnostic NotReached(string environment, string commit, string what, string seconds, Location? place) => Error(
        "TP6453", $"The cluster of {environment} has not reached commit {commit} within {seconds} seconds: {what}", place,
        ["Towpath commits, and a controller in the cluster applies what is committed."],
        "Look at the controller: its Application or Kustomization says what it last saw and what it could not apply. `within` of `git` gives it more time.");

    private static Diagnostic Error(string code, string headline, Location? place, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Error, headline, place, Notes: notes, Help: help);
}
