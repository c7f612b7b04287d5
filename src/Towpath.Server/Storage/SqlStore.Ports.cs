using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Ports of environments.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public IReadOnlyList<PortHolding> Ports() => Read(Ports);

    /// <inheritdoc/>
    public PortChange ChangePorts(Func<IReadOnlyList<PortHolding>, PortChange> decide, Func<PortChange, ImmutableArray<Fact>>? facts = null) => Write(connection =>
    {
        var change = decide(Ports(connection));
        if (!change.Problems.IsEmpty) return change;
        foreach (var port in change.Freed) connection.Execute("DELETE FROM host_ports WHERE port = @port", new { port });
        foreach (var holding in change.Taken)
        {
            connection.Execute(
                """
                INSERT INTO host_ports (port, application, environment, standing, actor, at) VALUES (@Port, @Application, @Environment, @standing, @Actor, @at)
                ON CONFLICT (port) DO UPDATE SET standing = excluded.standing, actor = excluded.actor, at = excluded.at
                """,
                new { holding.Port, holding.Application, holding.Environment, standing = holding.Standing.ToString(), holding.Actor, at = Text(holding.At) });
        }

        if (facts is not null) Add(connection, facts(change));
        return change;
    });

    private static List<PortHolding> Ports(DbConnection connection) =>
    [
        .. connection.Query<(long Port, string Application, string Environment, string Standing, string Actor, string At)>(
                "SELECT port, application, environment, standing, actor, at FROM host_ports ORDER BY port")
            .Select(row => new PortHolding((int)row.Port, row.Application, row.Environment, Enum.Parse<PortStanding>(row.Standing), row.Actor, Time(row.At))),
    ];
}
