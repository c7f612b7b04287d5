using System.Globalization;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>Reads the two tables that together tell a server's state. Columns are found by name, as their order differs by version.</summary>
public static class HaproxyTables
{
    private const int AdminMaintenance = 0x01 | 0x02 | 0x04 | 0x20 | 0x40;
    private const int AdminDrain = 0x08 | 0x10;
    private const int OperationalRunning = 2;

    /// <summary>Servers that stand in both tables; one that was added or removed between the two commands is left out.</summary>
    /// <param name="state">Answer to <c>show servers state</c>.</param>
    /// <param name="statistics">Answer to <c>show stat</c>.</param>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IReadOnlyList<GatewayServerState> Read(string state, string statistics)
    {
        var figures = ReadRows(statistics, ',').ToLookup(row => (row["pxname"], row["svname"]));
        var servers = new List<GatewayServerState>();
        foreach (var row in ReadRows(SkipVersion(state), ' '))
        {
            var key = (row["be_name"], row["srv_name"]);
            if (figures[key].FirstOrDefault() is { } figure) servers.Add(Join(row, figure));
        }

        return servers;
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
