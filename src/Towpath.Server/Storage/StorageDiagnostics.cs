using Towpath.Core.Diagnostics;

namespace Towpath.Server.Storage;

/// <summary>What goes wrong with the store: TP4701 to TP4719.</summary>
public static class StorageDiagnostics
{
    /// <summary>TP4701: the store can't be used for now.</summary>
    public static Diagnostic Unavailable(string problem) => new(
        "TP4701", Severity.Error, $"the store can't be used for now: {problem}",
        Notes: ["What was acknowledged before is stored. The control plane goes on by itself once the store is there again."],
        Help: "Start the database, or make room on the disk, then ask again.");

    /// <summary>TP4702: a connection string that can't be understood. It is a secret, and not shown.</summary>
    public static Diagnostic BadConnection() => new(
        "TP4702", Severity.Error, "the connection string of PostgreSQL can't be understood",
        Notes: ["It is a secret, so it is not shown here."],
        Help: "Write `Host=HOST;Username=USER;Password=PASSWORD;Database=DATABASE`, or `postgres://USER:PASSWORD@HOST:5432/DATABASE`.");

    /// <summary>TP4703: several control planes can't work on one file.</summary>
    public static Diagnostic NothingToJoin() => new(
        "TP4703", Severity.Error, "only control planes on PostgreSQL can work side by side",
        Notes: ["Without `storage` in server.yaml, and without TOWPATH_POSTGRES, the store is a file in the state folder, which one control plane holds alone."],
        Help: "Leave `--join` out, or set `storage: { postgres: ... }`.");

    /// <summary>TP4704: another control plane acts on an environment that would be removed.</summary>
    public static Diagnostic ActsElsewhere(string application, string environment) => new(
        "TP4704", Severity.Error, $"{application} can't be removed: another control plane acts on {environment}",
        Notes: ["Nothing was removed. Environments at rest are looked after too, each by one control plane."],
        Help: "Stop the other control planes, remove the application, and start them again.");

    /// <summary>TP4705: a backup of the state folder would be half of the state.</summary>
    public static Diagnostic StoreIsElsewhere(string verb) => new(
        "TP4705", Severity.Error, $"`towpath {verb}` is for a state folder that has the store in it, and the store is in PostgreSQL",
        Notes: ["Nothing was done."],
        Help: "Use pg_dump or pg_restore for the database, and tar for the files of the state folder; `towpath explain TP4705` says which, and in which order.");
}
