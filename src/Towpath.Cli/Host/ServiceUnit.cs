using System.Buffers;
using System.Globalization;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Host;

/// <summary>A control plane as a service of systemd (systemd.unit(5), systemd.service(5)).</summary>
/// <param name="Program">What is started: absolute path of a program, and arguments before <c>serve</c>.</param>
/// <param name="Arguments">Arguments of <c>serve</c>.</param>
/// <param name="Variables">Variables that it needs to find its files.</param>
/// <param name="OfUser">A service of a user's own manager rather than of the machine's.</param>
internal sealed record ServiceUnit(
    IReadOnlyList<string> Program, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Variables, bool OfUser)
{
    private static readonly SearchValues<char> InQuotes = SearchValues.Create(" \t'\"\\;");

    // Waiting mends none of these.
    private static readonly ExitCode[] Final = [ExitCode.Usage, ExitCode.InvalidInput];

    /// <summary>The text of the unit file.</summary>
    public string Text()
    {
        var place = OfUser ? "~/.config/systemd/user/towpath.service" : "/etc/systemd/system/towpath.service";
        var control = OfUser ? "systemctl --user" : "systemctl";
        var text = new StringBuilder();
        Lines(
            text,
            $"# towpath service print{(OfUser ? " --user" : "")} > {place}",
            $"# {control} daemon-reload && {control} enable --now towpath",
            "[Unit]",
            "Description=Towpath control plane");
        if (OfUser) Lines(text, "# A user's services end with the login: loginctl enable-linger keeps them.");
        else Lines(text, "Wants=network-online.target", "After=network-online.target");
        Lines(text, "", "[Service]", "Type=exec", "ExecStart=" + string.Join(' ', Program.Append("serve").Concat(Arguments).Select(Quoted)));
        foreach (var (name, value) in Variables) Lines(text, "Environment=" + Quoted($"{name}={value}", isCommand: false));
        Lines(
            text,
            "# Podman's service and the monitors of containers run on when the control plane stops or is upgraded.",
            "KillMode=process",
            "# What a container's group of processes does with its memory must not end this unit, nor must systemd rearrange the groups.",
            "OOMPolicy=continue",
            "Delegate=yes",
            "Restart=on-failure",
            "RestartSec=2",
            string.Create(CultureInfo.InvariantCulture, $"RestartPreventExitStatus={string.Join(' ', Final.Select(code => (int)code))}"),
            "# What was begun is stored, so ending is quick; the rest is patience.",
            "TimeoutStopSec=60");
        if (!OfUser) Lines(
            text,
            "# Containers inherit what is taken away here, and mounts made in a namespace of this unit would be seen by nobody else: so no Protect*, Private*,",
            "# Restrict* and no NoNewPrivileges. These abilities no container has unless it asks for them.",
            "CapabilityBoundingSet=~CAP_SYS_BOOT CAP_SYS_TIME CAP_WAKE_ALARM");
        Lines(text, "", "[Install]", OfUser ? "WantedBy=default.target" : "WantedBy=multi-user.target");
        return text.ToString();
    }

    private static void Lines(StringBuilder text, params IReadOnlyList<string> lines)
    {
        foreach (var line in lines) text.Append(line).Append('\n');
    }

    /// <summary>A word as systemd.syntax(7) has it. `%` and, in commands, `$` would stand for something else.</summary>
    private static string Quoted(string word) => Quoted(word, isCommand: true);

    private static string Quoted(string word, bool isCommand)
    {
        var escaped = word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        if (isCommand) escaped = escaped.Replace("$", "$$", StringComparison.Ordinal);
        return escaped.Length > 0 && !escaped.AsSpan().ContainsAny(InQuotes) ? escaped : $"\"{escaped}\"";
    }
}
