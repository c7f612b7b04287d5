using System.Text;
using System.Text.Json;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    private const string Canary = "CANARY-0123456789-SECRET";

    private static readonly Dictionary<string, string> Variables = new()
    {
        ["HOOK"] = "https://chat.example.org/" + Canary,
        ["PLAIN"] = "http://chat.example.org/" + Canary,
        ["FTP"] = "ftp://chat.example.org/" + Canary,
        ["LOGIN"] = $"https://ann:{Canary}@chat.example.org/",
        ["KEY"] = Canary,
        ["SHORT"] = "secret-x",
        ["EMPTY"] = "",
        ["KIND"] = "slack",
    };

    [Fact]
    public void Read_AllKinds_AreChannels()
    {
        var channels = Valid("""
            announce:
              - { name: team, kind: discord, url: "${HOOK}" }
              - { name: ops, kind: "${KIND}", url: { file: hook }, applications: [shop], events: [world.stopped, deployment.rolling.back] }
              - { name: desk, kind: teams, url: "${HOOK}" }
              - { name: bot, kind: webhook, url: http://127.0.0.1:9000/x, secret: "${KEY}" }
              - name: readers
                kind: smtp
                host: mail.example.org
                user: towpath
                password: ${KEY}
                from: towpath@example.org
                to: [ops@example.org, dev@example.org]
            """).Channels;

        channels.Select(c => (c.Name, c.Kind)).ShouldBe(
            [("team", ChannelKind.Discord), ("ops", ChannelKind.Slack), ("desk", ChannelKind.Teams), ("bot", ChannelKind.Webhook), ("readers", ChannelKind.Smtp)]);
        channels[0].Events.ShouldBe(AnnouncementEvents.Default);
        channels[0].Applications.ShouldBeEmpty();
        channels[1].Applications.ShouldBe(["shop"]);
        channels[1].Events.ShouldBe(["deployment.rolling.back", "world.stopped"]);
        ((HttpChannel)channels[1]).Url.Reveal().ShouldBe("https://chat.example.org/of-file");
        ((HttpChannel)channels[3]).Key!.Reveal().ShouldBe(Canary);
        var mail = (MailChannel)channels[4];
        (mail.Host, mail.Port, mail.Security, mail.User, mail.Password!.Reveal(), mail.From).ShouldBe(("mail.example.org", 587, MailSecurity.StartTls, "towpath", Canary, "towpath@example.org"));
        mail.To.ShouldBe(["ops@example.org", "dev@example.org"]);
    }

    [Theory]
    [InlineData("", 18080, 18998, false)]
    [InlineData("ports: { range: 8000-8999, assign: operators }", 8000, 8999, true)]
    [InlineData("ports: { range: 8000 - 8000, assign: anyone }", 8000, 8000, false)]
    public void Read_Ports_AreARangeAndWhoAssigns(string text, int first, int last, bool operators) => Valid(text + "\n").Ports.ShouldBe(new PortPolicy(first, last, operators));

    [Theory]
    [InlineData("8000")]
    [InlineData("8999-8000")]
    [InlineData("0-10")]
    [InlineData("1-65536")]
    [InlineData("a-b")]
    [InlineData("1-2-3")]
    public void Read_PortRangeThatIsNone_IsAnError(string range) =>
        ConfigurationReader.Read("server.yaml", Encoding.UTF8.GetBytes($"ports: {{ range: \"{range}\" }}\n"), new ConfigurationInputs(new Dictionary<string, string>(), _ => new SecretFile(null, "none")))
            .Diagnostics.Select(d => d.Code).ShouldBe(["TP4516"]);

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,/AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true)]
    [InlineData("changeit", false)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", false)]
    public void Read_SecretKeys_AreKeysOrAnErrorThatDoesNotShowThem(string keys, bool valid)
    {
        var reading = ConfigurationReader.Read("server.yaml", Encoding.UTF8.GetBytes("secrets: { keys: \"${KEYS}\" }\n"), new ConfigurationInputs(new Dictionary<string, string> { ["KEYS"] = keys }, _ => new SecretFile(null, "none")));

        reading.Diagnostics.Select(d => d.Code).ShouldBe(valid ? [] : ["TP4515"]);
        reading.Configuration?.SecretKeys?.Reveal().ShouldBe(keys);
        string.Join('\n', reading.Diagnostics).ShouldNotContain(keys);
    }

    [Theory]
    [InlineData("discord", "", "TP4503")]
    [InlineData("slack", "", "TP4503")]
    [InlineData("webhook", ", secret: '${KEY}'", null)]
    [InlineData("webhook", ", secret: 0123456789abcdef", "TP4503")]
    public void Read_SecretInTheFile_IsTakenWithAWarning(string kind, string more, string? code) =>
        Valid($"announce: [{{ name: t, kind: {kind}, url: https://chat.example.org/x{more} }}]", code is null ? [] : [code]).Channels.Length.ShouldBe(1);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("announce:\n")]
    [InlineData("announce: []\nx-mine: yes\n")]
    public void Read_NothingSaid_IsNoChannel(string text) => Valid(text).Channels.ShouldBeEmpty();

    [Theory]
    [InlineData("implicit", 465)]
    [InlineData("starttls", 587)]
    public void Read_Tls_SaysThePort(string tls, int port) =>
        ((MailChannel)Valid($"announce: [{{ name: m, kind: smtp, host: h.example.org, tls: {tls}, from: a@b.c, to: a@b.c }}]").Channels[0]).Port.ShouldBe(port);

    [Theory]
    [InlineData("storage: { postgres: '${KEY}' }", Canary, null)]
    [InlineData("storage: { postgres: { file: hook } }", "https://chat.example.org/of-file", null)]
    [InlineData("storage: { postgres: { file: open } }", "https://chat.example.org/of-file", "TP4514")]
    [InlineData("storage: { postgres: Host=db }", "Host=db", "TP4503")]
    [InlineData("announce: []", null, null)]
    public void Read_Storage_IsASecret(string text, string? connection, string? warning)
    {
        var configuration = Valid(text, warning is null ? [] : [warning]);

        configuration.Postgres?.Reveal().ShouldBe(connection);
        configuration.ToString().ShouldNotContain(Canary);
    }

    [Theory]
    [InlineData("storage: {}", "1:10 TP1048")]
    [InlineData("storage: postgres", "1:10 TP1040")]
    [InlineData("storage: { postgress: '${KEY}', postgres: '${KEY}' }", "1:12 TP1030")]
    [InlineData("storage: { postgres: { file: none } }", "1:30 TP4505")]
    [InlineData("anounce: []", "1:1 TP1030 did you mean `announce`?")]
    [InlineData("announce: { name: team }", "1:11 TP1040")]
    [InlineData("announce: [team]", "1:12 TP1040")]
    [InlineData("announce: [{ kind: discord, url: '${HOOK}' }]", "1:12 TP1048")]
    [InlineData("announce: [{ name: team, url: '${HOOK}' }]", "1:12 TP1048")]
    [InlineData("announce: [{ name: team, kind: discord }]", "1:12 TP1048")]
    [InlineData("announce: [{ name: Team, kind: discord, url: '${HOOK}' }]", "1:20 TP1047")]
    [InlineData("announce: [{ name: team, kind: discrod, url: '${HOOK}' }]", "1:32 TP1042 did you mean `discord`?")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${HOOK}', secret: '${KEY}' }]", "1:57 TP1030")]
    [InlineData("announce: [{ name: team, kind: discord, urll: '${HOOK}', url: '${HOOK}' }]", "1:41 TP1030")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${HOOK}', events: [deployment.suceeded] }]", "1:66 TP1042 did you mean `deployment.succeeded`?")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${HOOK}', applications: shop }]", "1:71 TP1040")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${HOOKK}' }]", "1:46 TP4504")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${EMPTY:-}' }]", "1:46 TP1040")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${HOOK' }]", "1:46 TP1022")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${PLAIN}' }]", "1:46 TP4502")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${FTP}' }]", "1:46 TP4502")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${KEY}' }]", "1:46 TP4502")]
    [InlineData("announce: [{ name: team, kind: discord, url: '${LOGIN}' }]", "1:46 TP4502")]
    [InlineData("announce: [{ name: team, kind: discord, url: { file: none } }]", "1:54 TP4505")]
    [InlineData("announce: [{ name: team, kind: discord, url: { file: empty } }]", "1:54 TP4505")]
    [InlineData("announce: [{ name: team, kind: discord, url: { path: hook } }]", "1:46 TP1048,1:48 TP1030")]
    [InlineData("announce: [{ name: a, kind: discord, url: '${HOOK}' }, { name: a, kind: slack, url: '${HOOK}' }]", "1:64 TP4506")]
    [InlineData("announce: [{ name: bot, kind: webhook, url: '${HOOK}' }]", "1:12 TP1048")]
    [InlineData("announce: [{ name: bot, kind: webhook, url: '${HOOK}', secret: '${SHORT}' }]", "1:64 TP4508")]
    [InlineData("announce: [{ name: m, kind: smtp, host: h.example.org, from: Towpath, to: a@b.c }]", "1:62 TP4507")]
    [InlineData("announce: [{ name: m, kind: smtp, host: h.example.org, from: a@b.c, to: 'a@b.c, d@e.f' }]", "1:73 TP4507")]
    [InlineData("announce: [{ name: m, kind: smtp, host: h.example.org, tls: none, from: a@b.c, to: a@b.c }]", "1:61 TP4509")]
    [InlineData("announce: [{ name: m, kind: smtp, host: h.example.org, user: u, from: a@b.c, to: a@b.c }]", "1:12 TP1048")]
    [InlineData("announce: [{ name: m, kind: smtp, host: h.example.org, port: 70000, from: a@b.c, to: a@b.c }]", "1:62 TP1041")]
    [InlineData("announce: [\n  {", "TP1")]
    public void Read_Mistake_HasItsPlace(string text, string expected)
    {
        var reading = Read(text);

        reading.Configuration.ShouldBeNull();
        foreach (var part in expected.Split(','))
        {
            var words = part.Split(' ', 3);
            var found = words.Length == 1
                ? reading.Diagnostics.FirstOrDefault(d => d.Code.StartsWith(words[0], StringComparison.Ordinal))
                : reading.Diagnostics.FirstOrDefault(d => d.Code == words[1] && d.Location!.ToString() == $"server.yaml:{words[0]}");
            found.ShouldNotBeNull($"{part} is not among {string.Join(", ", reading.Diagnostics.Select(d => $"{d.Location} {d.Code} {d.Headline}"))}");
            if (words.Length == 3) found.Help.ShouldBe(words[2]);
        }

        reading.Diagnostics.Count(d => d.Severity == Severity.Error).ShouldBe(expected.Split(',').Length, string.Join(", ", reading.Diagnostics.Select(d => $"{d.Location} {d.Code} {d.Headline}")));
    }

    [Theory]
    [InlineData("announce: [{ name: t, kind: discord, url: https://chat.example.org/" + Canary + " }]", "TP4503")]
    [InlineData("announce: [{ name: t, kind: discrod, url: https://chat.example.org/" + Canary + " }]", "TP1042")]
    [InlineData("announce: [{ name: t, kind: discord, urll: https://chat.example.org/" + Canary + " }]", "TP1030")]
    [InlineData("announce: [{ name: t, kind: discord, url: http://chat.example.org/" + Canary + " }]", "TP4502")]
    [InlineData("announce: [{ name: t, kind: discord, url: '${PLAIN}' }]", "TP4502")]
    [InlineData("announce: [{ name: t, kind: '${KEY}', url: '${HOOK}' }]", "TP1042")]
    [InlineData("announce: [{ name: '${KEY}', kind: discord, url: '${HOOK}' }]", "TP1047")]
    [InlineData("announce: [{ name: t, kind: discord, url: " + Canary, "TP1")]
    public void Read_SecretOnAWrongLine_IsInNoDiagnostic(string text, string code)
    {
        var reading = Read(text);

        reading.Diagnostics.ShouldContain(d => d.Code.StartsWith(code, StringComparison.Ordinal));
        JsonSerializer.Serialize(reading.Diagnostics).ShouldNotContain(Canary);
        string.Join('\n', reading.Diagnostics.Select(d => d.ToString())).ShouldNotContain(Canary);
        (reading.Configuration?.ToString() ?? "").ShouldNotContain(Canary);
    }

    [Fact]
    public void Read_SecretFileThatOthersMayOpen_IsToldOfAndTaken()
    {
        var channel = (HttpChannel)Valid("announce: [{ name: team, kind: discord, url: { file: open } }]", "TP4514").Channels.Single();
        channel.Url.Reveal().ShouldBe("https://chat.example.org/of-file");
        Valid("announce: [{ name: team, kind: discord, url: { file: hook } }]");
    }

    [Fact]
    public void Secret_ShownInAnyWay_ShowsNothing()
    {
        var secret = new Secret(Canary);
        $"{secret} {JsonSerializer.Serialize(secret)}".ShouldBe("(secret) {}");
    }

    private static ServerConfiguration Valid(string text, params string[] warnings)
    {
        var reading = Read(text);
        reading.Diagnostics.Select(d => d.Code).ShouldBe(warnings, string.Join(", ", reading.Diagnostics.Select(d => $"{d.Location} {d.Code} {d.Headline}")));
        return reading.Configuration.ShouldNotBeNull();
    }

    private static ConfigurationReading Read(string text) => ConfigurationReader.Read("server.yaml", Encoding.UTF8.GetBytes(text), new ConfigurationInputs(Variables, path => path switch
    {
        "hook" => new SecretFile("https://chat.example.org/of-file", null),
        "open" => new SecretFile("https://chat.example.org/of-file", null) { IsOpenToOthers = true },
        "empty" => new SecretFile("", null),
        _ => new SecretFile(null, "it is not there"),
    }));
}
