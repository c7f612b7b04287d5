using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>What goes wrong with an environment on a cluster: TP6440 to TP6459.</summary>
public static class ClusterRunDiagnostics
{
    /// <summary>No registry is named that the cluster could pull images from.</summary>
    public static Diagnostic RegistryNeeded(string environment, Location? place) => Error(
        "TP6440", $"{environment} has no registry that its cluster can pull images from", place,
        ["Images are built and tested on this machine, and a cluster pulls them by their digests."],
        "Name one in towpath.yaml: `kubernetes: { registry: registry.example.org/shop }`.");

    /// <summary>The environment can't be compiled to objects.</summary>
    public static Diagnostic NotCompiled(string environment, Diagnostic first) => Error(
        "TP6441", $"{environment} can't be compiled for its cluster: {first.Headline}", first.Location, [.. first.Notes, $"It is {first.Code}; `towpath render --env {environment}` shows all."],
        first.Help ?? "");

    /// <summary>Another manager holds fields of an object.</summary>
    public static Diagnostic Held(string environment, string subject, string who) => Error(
        "TP6442", $"{subject} in {environment} is changed by others", null, [who],
        "Let them leave these fields alone, or set `drift: mend` so that Towpath takes them back.");

    /// <summary>A task has failed.</summary>
    public static Diagnostic TaskFailed(string environment, string what, string why, Location? place, ImmutableArray<string> lastLines) => Error(
        "TP6443", $"{what} failed in {environment}: {why}", place, lastLines, "Read the lines above; the requests of users were not touched.");

    /// <summary>A task did not end in its time.</summary>
    public static Diagnostic TaskTooLong(string environment, string what, string seconds, Location? place) => Error(
        "TP6444", $"{what} did not end within {seconds} seconds in {environment}", place, [], "Give it more time (`x-towpath.migrate.timeout`), or find out what it waits for.");

    /// <summary>Nothing that could be asked answers for a path.</summary>
    public static Diagnostic NothingToAsk(string environment, string path) => Error(
        "TP6445", $"Nothing in {environment} can be asked for {path}", null, ["No ready pod serves a route that the path belongs to."], "Check the routes of the services, and `towpath status`.");

    /// <summary>The cluster did not do in time what it was asked.</summary>
    public static Diagnostic TooSlow(string environment, string what, string seconds) => Error(
        "TP6446", $"{what} in {environment} took longer than {seconds} seconds", null, [], "Look at the cluster: `kubectl get events`; then try again.");

    /// <summary>The environment's namespace belongs to somebody else.</summary>
    public static Diagnostic ForeignNamespace(string environment, string name) => Error(
        "TP6447", $"The namespace {name} of {environment} was not made by Towpath for it", null, ["Objects in it could be somebody else's, and would be overwritten or removed."],
        "Name another one (`kubernetes: { namespace: … }`), or label it `app.kubernetes.io/managed-by=towpath` if it is meant.");

    /// <summary>There are more pods than can be read at once.</summary>
    public static Diagnostic TooManyOutputs(string environment, int most) => Error(
        "TP6448", $"{environment} has more than {most} containers in its pods, which is more than are read at once", null, [], "Name a service: `towpath logs SERVICE`.");

    /// <summary>The environment has no objects on a cluster that could be compared.</summary>
    public static Diagnostic NotOnCluster(string environment) => Error(
        "TP6449", $"{environment} is on no cluster, so there are no objects to compare", null, ["It runs in containers of this machine."], "Name an environment with `engine: kubernetes`.");

    private static Diagnostic Error(string code, string headline, Location? place, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Error, headline, place, Notes: notes, Help: help);
}
