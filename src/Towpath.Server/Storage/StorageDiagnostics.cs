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
}
