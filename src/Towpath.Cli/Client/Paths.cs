namespace Towpath.Cli.Client;

/// <summary>Where Towpath keeps its files.</summary>
/// <param name="State">State folder: the store, logs, the running control plane's record.</param>
/// <param name="Config">Configuration folder of the user: the clear token.</param>
internal sealed record Paths(string State, string Config)
{
    /// <summary>The clear token, mode 0600.</summary>
    public string Token => Path.Combine(Config, "token");

    /// <summary>The login of now, mode 0600: see <see cref="Client.Session"/>.</summary>
    public string Session => Path.Combine(Config, "session.json");

    /// <summary>Keys that the values of secrets are sealed with, mode 0600: apart from the state, so that a copy of that opens nothing.</summary>
    public string SecretKeys => Path.Combine(Config, "secrets.key");

    /// <summary>SHA-256 of the token that the control plane accepts.</summary>
    public string TokenHash => Path.Combine(State, "token.sha256");

    /// <summary>Who serves this state folder: see <see cref="ServeRecord"/>.</summary>
    public string ServeRecord => Path.Combine(State, "control-plane.json");

    /// <summary>Held by the running control plane.</summary>
    public string Lock => Path.Combine(State, "control-plane.lock");

    /// <summary>What a control plane in the background says.</summary>
    public string ServeLog => Path.Combine(State, "serve.log");

    /// <summary>The folders by the XDG rules, unless one is named.</summary>
    public static Paths Resolve(string? stateFolder, Func<string, string?> variable)
    {
        var home = variable("HOME") is { Length: > 0 } set ? set : "/root";
        var state = stateFolder ?? Path.Combine(Xdg("XDG_STATE_HOME", ".local/state"), "towpath");
        return new Paths(Path.GetFullPath(state), Path.Combine(Xdg("XDG_CONFIG_HOME", ".config"), "towpath"));

        // The rules say that a relative path there is to be ignored.
        string Xdg(string name, string fallback) =>
            variable(name) is { Length: > 0 } value && Path.IsPathRooted(value) ? value : Path.Combine(home, fallback);
    }

    /// <summary>Makes a folder that only its owner may enter.</summary>
    public static void MakePrivate(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Writes a file that only its owner may read, all or nothing.</summary>
    public static void WritePrivate(string file, string content)
    {
        MakePrivate(Path.GetDirectoryName(file)!);
        var draft = file + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(content);
        }

        File.Move(draft, file, overwrite: true);
    }
}
