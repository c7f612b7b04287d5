using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>Values that stand nowhere else are given as secrets, and then looked for wherever something could have leaked.</summary>
public sealed class SecretCanaryTests : IAsyncDisposable
{
    private const string Name = "e2e-canary";
    private const string Given = "canary-given-7f3a91c2e5";
    private const string Replaced = "canary-replaced-b81d40aa97";
    private const string Hook = "canary-hook-0c94e7d1f2a6";
    private const string HookKey = "canary-hook-key-55b2c8e1";
    private const string Password = "canary password 19 of ann";

    private static readonly string[] Canaries = [Given, Replaced, Hook, HookKey, Password];

    private readonly Installation _towpath = new();
    private readonly StringBuilder _said = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Fact]
    public async Task Secrets_OnTheWholeWay_AreNowhereButInTheirContainers()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        var source = await SourceAsync();
        var variables = new Dictionary<string, string> { ["TOWPATH_CONFIG"] = Configuration() };
        await using (var up = _towpath.Start(source.Folder, variables, "", "up")) Heard(await up.EndAsync()).ShouldEndWith(ExitCode.Success);

        await RunAsync(source, ExitCode.DeploymentFailed, "ship");
        await TellAsync(source, Given, "secret", "set", "production", "given");
        await RunAsync(source, ExitCode.Success, "promote", "production");
        await TellAsync(source, Replaced, "secret", "set", "production", "given");
        await RunAsync(source, ExitCode.Success, "account", "add", "ann");
        await TellAsync(source, Password, "account", "password", "ann");
        source.Write("note.txt", "two");
        await source.CommitAsync("two");
        await RunAsync(source, ExitCode.Success, "ship");
        await RunAsync(source, ExitCode.Success, "secret", "rotate");
        var made = await InContainerAsync("cat /run/secrets/made");
        (await InContainerAsync("cat /run/secrets/given")).ShouldBe(Replaced, "the container has it");

        // What a deployment with a secret that is wrong says, and what people look at.
        await TellAsync(source, "", "secret", "set", "production", "given");
        string[] asked = ["status", "gates", "releases", "whoami", "config", "contract", "check", "announcements", "doctor", "secret list production", "logs --env production", "audit export", "audit export --format json", "account list", "token list"];
        foreach (var verb in asked) Heard(await _towpath.RunAsync(source.Folder, verb.Split(' ')));
        var backup = Path.Combine(_towpath.Place("backups"), "state.tar.gz");
        await RunAsync(source, ExitCode.Success, "backup", backup);

        string[] canaries = [.. Canaries, made];
        made.Length.ShouldBe(32);
        Leaks(canaries, _said.ToString()).ShouldBeEmpty(_said.ToString());
        Leaks(canaries, await ContainersAsync()).ShouldBeEmpty("what the engine says of containers");
        LeaksOfProcesses(canaries).ShouldBeEmpty();
        LeaksOfFiles(canaries, _towpath.State).ShouldBeEmpty();
        LeaksOfBackup(canaries, backup).ShouldBeEmpty();
        // The sweep itself sees a value that lies in the clear.
        File.WriteAllText(Path.Combine(_towpath.State, "planted"), $"x{Given}y");
        LeaksOfFiles(canaries, _towpath.State).ShouldHaveSingleItem();
        File.Delete(Path.Combine(_towpath.State, "planted"));
    }

    private static IReadOnlyList<string> Leaks(string[] canaries, string text) =>
        [.. canaries.Where(c => text.Contains(c, StringComparison.Ordinal) || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(c)), StringComparison.Ordinal))];

    private static IReadOnlyList<string> LeaksOfFiles(string[] canaries, string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device })
            .Where(f => !f.EndsWith(".sock", StringComparison.Ordinal) && !f.EndsWith(".lock", StringComparison.Ordinal))
            .SelectMany(f => Leaks(canaries, Encoding.Latin1.GetString(File.ReadAllBytes(f))).Select(c => $"{c} in {f}")),
    ];

    private static List<string> LeaksOfProcesses(string[] canaries)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId))
        {
            foreach (var file in new[] { "cmdline", "environ" })
            {
                try
                {
                    found.AddRange(Leaks(canaries, Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(process, file)))).Select(c => $"{c} in {process}/{file}"));
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // It has ended, or is the kernel's own.
                }
            }
        }

        return found;
    }

    private static List<string> LeaksOfBackup(string[] canaries, string backup)
    {
        var found = new List<string>();
        using var gzip = new GZipStream(File.OpenRead(backup), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        gzip.CopyTo(whole);
        // The digest stands behind the archive.
        whole.SetLength(whole.Length - 32);
        whole.Position = 0;
        using var tar = new TarReader(whole);
        var files = 0;
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            files++;
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            found.AddRange(Leaks(canaries, entry.Name + Encoding.Latin1.GetString(content.ToArray())).Select(c => $"{c} in {entry.Name} of the backup"));
        }

        files.ShouldBeGreaterThan(5);
        return found;
    }

    private async Task<SourceTree> SourceAsync()
    {
        var source = await SourceTree.InitAsync(_towpath.Place(Name));
        source.Write("towpath.yaml", string.Create(CultureInfo.InvariantCulture, $"application: {Name}\nenvironments:\n  production: {{ port: {Ports.Next()}, warm: 0s }}\n"));
        source.Write("compose.yaml", $$"""
            name: {{Name}}
            services:
              web:
                image: {{BadInputFixture.Image}}
                ports: ["80"]
                secrets: [given, made]
                x-towpath: { health: /, route: / }
            secrets:
              given: { external: true }
              made: { environment: UNUSED, x-towpath: { generate: 32 } }
            """);
        await source.CommitAsync("one");
        return source;
    }

    /// <summary>A receiver that is not there: what can't be delivered is told of, and must not be told with its address.</summary>
    private string Configuration()
    {
        var folder = _towpath.Place("configuration");
        File.WriteAllText(Path.Combine(folder, "url"), $"http://127.0.0.1:1/{Hook}");
        File.WriteAllText(Path.Combine(folder, "key"), HookKey);
        var file = Path.Combine(folder, "server.yaml");
        File.WriteAllText(file, "announce:\n  - { name: bot, kind: webhook, url: { file: url }, secret: { file: key } }\n");
        return file;
    }

    private async Task RunAsync(SourceTree source, ExitCode code, params string[] arguments) => Heard(await _towpath.RunAsync(source.Folder, arguments)).ShouldEndWith(code);

    private async Task TellAsync(SourceTree source, string input, params string[] arguments) => Heard(await _towpath.TellAsync(source.Folder, input, arguments));

    private Outcome Heard(Outcome outcome)
    {
        _said.AppendLine(outcome.ToString());
        return outcome;
    }

    private async Task<string> InContainerAsync(string command)
    {
        using var engine = await _towpath.EngineAsync();
        var container = (await engine.ListContainersAsync([$"towpath.application={Name}", "towpath.service=web"], CancellationToken.None))[0];
        var result = await engine.ExecAsync(container.Id, ["sh", "-c", command], TimeSpan.FromSeconds(10), CancellationToken.None);
        return result.Output.Trim();
    }

    private async Task<string> ContainersAsync()
    {
        using var engine = await _towpath.EngineAsync();
        var text = new StringBuilder();
        foreach (var container in await engine.ListContainersAsync([$"towpath.application={Name}"], CancellationToken.None))
            text.Append(System.Text.Json.JsonSerializer.Serialize(container)).Append(System.Text.Json.JsonSerializer.Serialize(await engine.InspectContainerAsync(container.Id, CancellationToken.None)));
        text.Length.ShouldBeGreaterThan(200);
        return text.ToString();
    }
}
