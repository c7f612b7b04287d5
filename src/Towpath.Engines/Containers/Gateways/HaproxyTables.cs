using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Environments;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>Reads the two tables that together tell a server's state. Columns are found by name, as their order differs by version.</summary>
public static class HaproxyTables
{
    private const int AdminMaintenance = 0x01 | 0x02 | 0x04 | 0x20 | 0x40;
    private const int AdminDrain = 0x08 | 0x10;
    private const int OperationalRunning = 2;

    private static readonly string[] ResponseClasses = ["hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other"];

    /// <summary>
    /// The public entry, and the servers that stand in both tables; one that was added or removed between the two commands is left out.
    /// </summary>
    /// <param name="state">Answer to <c>show servers state</c>.</param>
    /// <param name="statistics">Answer to <c>show stat</c>.</param>
    /// <param name="slow">Answer to <c>show table</c> of the slow answers; anything else where there is no such table.</param>
    /// <exception cref="FormatException">One of the first two is not what it should be.</exception>
    public static GatewayObserved Read(string state, string statistics, string slow)
    {
        var figures = ReadRows(statistics, ',').ToLookup(row => (row["pxname"], row["svname"]));
        var slowOnes = ReadSlow(slow);
        var servers = new List<GatewayServerState>();
        foreach (var row in ReadRows(SkipVersion(state), ' '))
        {
            var key = (row["be_name"], row["srv_name"]);
            if (figures[key].FirstOrDefault() is { } figure)
                servers.Add(Join(row, figure) with { Counters = Counters(figure, slowOnes.GetValueOrDefault($"{key.Item1}/{key.Item2}")) });
        }

        var entry = figures[(HaproxyConfiguration.EntryName, "FRONTEND")].FirstOrDefault();
        return new GatewayObserved(
            servers, entry is null ? default : Counters(entry, slowOnes.GetValueOrDefault(HaproxyConfiguration.EntryName)));
    }

    /// <summary>
    /// A replica that breaks off has answered nothing, yet its caller saw an error: HAProxy counts it apart (<c>eresp</c>, of servers
    /// only), and so it is added to both.
    /// </summary>
    private static RequestCounters Counters(Dictionary<string, string> figure, long slow)
    {
        var broken = Count(figure, "eresp");
        return new RequestCounters(broken + ResponseClasses.Sum(c => Count(figure, c)), broken + Count(figure, "hrsp_5xx"), slow);
    }

    private static long Count(Dictionary<string, string> figure, string column) =>
        long.TryParse(figure.GetValueOrDefault(column), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>Lines such as <c>0x5581: key=api/shop-api-1 use=0 exp=0 gpc0=3</c>.</summary>
    private static Dictionary<string, long> ReadSlow(string table)
    {
        var slow = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in table.Split('\n').Where(l => l.StartsWith("0x", StringComparison.Ordinal)))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var key = Array.Find(words, w => w.StartsWith("key=", StringComparison.Ordinal));
            var count = Array.Find(words, w => w.StartsWith("gpc0=", StringComparison.Ordinal));
            if (key is not null && count is not null && long.TryParse(count["gpc0=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var times))
                slow[key["key=".Length..]] = times;
        }

        return slow;
    }

    private static GatewayServerState Join(Dictionary<string, string> row, Dictionary<string, string> figure)
    {
        var admin = Number(row["srv_admin_state"]);
        return new GatewayServerState(
            row["be_name"],
            row["srv_name"],
            row["srv_addr"],
            Number(row["srv_port"]),
            (admin & AdminMaintenance) != 0 ? GatewayServerAdmin.Maintenance
                : (admin & AdminDrain) != 0 ? GatewayServerAdmin.Drain
                : GatewayServerAdmin.Ready,
            Number(row["srv_op_state"]) == OperationalRunning,
            Number(row["srv_uweight"]),
            figure["check_status"].Replace("*", "", StringComparison.Ordinal).Trim(),
            Number(figure["scur"]),
            Number(figure["qcur"]));
    }

    private static string SkipVersion(string state)
    {
        var header = state.IndexOf('#', StringComparison.Ordinal);
        return header < 0 ? throw new FormatException("Not an answer to 'show servers state'.") : state[header..];
    }

    private static IEnumerable<Dictionary<string, string>> ReadRows(string table, char separator)
    {
        var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0 || !lines[0].StartsWith("# ", StringComparison.Ordinal))
            throw new FormatException("A table of HAProxy's begins with its columns.");
        var columns = lines[0][2..].Split(separator);
        foreach (var line in lines.Skip(1))
        {
            var cells = line.Split(separator);
            var row = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < columns.Length && i < cells.Length; i++) row[columns[i]] = cells[i];
            yield return row;
        }
    }

    private static int Number(string text) => text.Length == 0 ? 0 : int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
