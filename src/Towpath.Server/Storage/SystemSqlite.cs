using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Towpath.Server.Storage;

/// <summary>
/// Points the SQLite provider at the operating system's library: it is newer than any that we could ship, and it gets the
/// system's security updates.
/// </summary>
internal static class SystemSqlite
{
    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.so", "sqlite3"];

    private static readonly Lazy<bool> Ready = new(Initialize);

    /// <summary>Makes SQLite ready for use; later calls do nothing.</summary>
    public static void Use() => _ = Ready.Value;

    /// <summary>Opens a file and runs a first statement on it; one that can't be used is closed again.</summary>
    public static SqliteConnection Open(string connectionString, string? first = null)
    {
        Use();
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            if (first is not null) connection.Execute(first);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool Initialize()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3")
            return 0;

        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }

        return 0;
    }
}
