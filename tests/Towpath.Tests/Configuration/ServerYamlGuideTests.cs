using System.Reflection;
using System.Text.Json.Nodes;
using Towpath.Core.Announcements;
using Towpath.Core.Applications;
using Towpath.Core.Compose;
using Towpath.Core.Configuration;

namespace Towpath.Tests.Configuration;

/// <summary>What is written about <c>server.yaml</c>, for people and for editors, says what the reader does.</summary>
public sealed class ServerYamlGuideTests
{
    private static readonly string Guide = File.ReadAllText(RepositoryRoot.Combine("docs", "guide", "server-yaml.md"));
    private static readonly JsonObject Schema = JsonNode.Parse(PublishedSchemas.Read("server"))!["$defs"]!.AsObject();

    private static readonly Dictionary<string, string> Definitions = new()
    {
        ["server.yaml"] = "file",
        ["storage"] = "storage",
        ["git"] = "git",
        ["a source"] = "source",
        ["a tracker"] = "tracker",
        ["a channel of a chat"] = "chat",
        ["a channel of the kind webhook"] = "webhook",
        ["a channel of the kind smtp"] = "smtp",
        ["ports"] = "ports",
        ["secrets"] = "secrets",
        ["listen"] = "listen",
        ["tls of listen"] = "tls",
        ["login"] = "login",
        ["oidc"] = "oidc",
        ["groups of oidc"] = "groups",
        ["a secret"] = "secretFile",
    };

    private static readonly List<KeyTable> Tables =
    [
        .. typeof(ConfigurationReader).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(ConfigurationReader).Namespace)
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(f => f.FieldType == typeof(KeyTable))
            .Select(f => (KeyTable)f.GetValue(null)!),
    ];

    [Fact]
    public void Guide_NamesEachKeyAndEachEvent()
    {
        Tables.SelectMany(t => t.Known).Distinct().Where(key => !Guide.Contains($"`{key}`", StringComparison.Ordinal) && !Guide.Contains($"## {key}\n", StringComparison.Ordinal)).ShouldBeEmpty();
        var rows = Guide.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal) && l.Contains('.', StringComparison.Ordinal)).Select(l => l.Split('|')).ToList();
        foreach (var kind in AnnouncementEvents.All)
        {
            var row = rows.SingleOrDefault(r => r[1].Trim() == $"`{kind.Name}`").ShouldNotBeNull(kind.Name);
            (row[2].Trim() == "yes").ShouldBe(kind.ByDefault, kind.Name);
        }
    }

    [Fact]
    public void Schema_KnowsTheSameKeysAndEvents()
    {
        Tables.Select(t => t.Subject).ShouldBe(Definitions.Keys, ignoreOrder: true);
        foreach (var table in Tables)
        {
            var properties = Schema[Definitions[table.Subject]]!["properties"]!.AsObject();
            properties.Select(p => p.Key).ShouldBe(table.Known, ignoreOrder: true, table.Subject);
            foreach (var (key, value) in properties) value!["description"]?.GetValue<string>().ShouldNotBeNullOrEmpty(key);
        }

        Schema["events"]!["items"]!["enum"]!.AsArray().Select(e => e!.GetValue<string>()).ShouldBe(AnnouncementEvents.All.Select(e => e.Name), ignoreOrder: true);
    }

    [Fact]
    public void Example_OfTheGuide_IsValid()
    {
        var text = Guide.Split("```yaml\n")[1].Split("```")[0];
        var variables = new Dictionary<string, string> { ["DISCORD_WEBHOOK"] = "https://chat.example.org/a", ["SMTP_PASSWORD"] = "x", ["TOWPATH_DATABASE"] = "Host=db" };
        var reading = ConfigurationReader.Read("server.yaml", System.Text.Encoding.UTF8.GetBytes(text), new ConfigurationInputs(variables, _ => new SecretFile("https://chat.example.org/b", null)));

        reading.Diagnostics.ShouldBeEmpty();
        reading.Configuration.ShouldNotBeNull().Channels.Select(c => c.Name).ShouldBe(["team", "ops", "bot", "readers"]);
    }
}
