using System.Text.Json;
using Towpath.Core.Compose;
using Towpath.Core.Compose.ShortSyntax;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Compose;

/// <summary>Our reading against that of compose-go. The floors are what is reached; raise them, never lower them.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void Expand_InterpolationCorpus_AgreesWithComposeGo()
    {
        Corpora.Require();
        Corpora.Hold("interpolation", Corpora.Cases("interpolation"), 100, c =>
        {
            var actual = Interpolation.Expand(c.GetProperty("template").GetString()!, Corpora.Strings(c.GetProperty("env")), _ => { });
            return Compare(c, actual);
        });
    }

    [Fact]
    public void Read_DotEnvCorpus_AgreesWithComposeGo()
    {
        Corpora.Require();
        Corpora.Hold("dotenv", Corpora.Cases("dotenv"), 100, c =>
        {
            var bag = new DiagnosticBag();
            var read = DotEnv.Read(new SourceText(".env", c.GetProperty("input").GetString()!), Corpora.Strings(c.GetProperty("env")), bag);
            if (c.TryGetProperty("error", out _))
            {
                return bag.HasErrors ? null : "no error";
            }

            var expected = Corpora.Strings(c.GetProperty("expected")).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
            var actual = read.Select(p => $"{p.Key}={p.Value}");
            return !bag.HasErrors && expected.SequenceEqual(actual) ? null : string.Join('|', actual);
        });
    }

    [Fact]
    public void Parse_SyntaxCorpus_AgreesWithComposeGo()
    {
        Corpora.Require();

        Corpora.Hold("syntax", Corpora.Cases("syntax"), 100, c => c.GetProperty("kind").GetString() switch
        {
            "bytes" => Compare(c, Units.TryBytes(Input(c), out var bytes) ? bytes.ToString() : null),
            "duration" => CompareDuration(c),
            "port" => ComparePorts(c),
            _ => CompareVolume(c),
        });
    }

    private static string Input(JsonElement c) => c.GetProperty("input").GetString()!;

    private static string? Compare(JsonElement c, string? actual)
    {
        var expected = c.TryGetProperty("error", out _) ? null : c.GetProperty("expected").ToString();
        return expected == actual ? null : $"expected {expected ?? "an error"}, got {actual ?? "an error"}";
    }

    private static string? CompareDuration(JsonElement c)
    {
        var read = Units.TryDuration(Input(c), out var duration);
        if (c.TryGetProperty("error", out _) || !read)
        {
            return read == c.TryGetProperty("expected", out _) ? null : $"read: {read}";
        }

        return duration.Ticks * 100 == c.GetProperty("expected").GetProperty("nanoseconds").GetInt64() ? null : duration.ToString();
    }

    private static string? ComparePorts(JsonElement c)
    {
        var ports = PortSyntax.Parse(Input(c), out var problem);
        if (c.TryGetProperty("error", out _))
        {
            return problem is null ? "no error" : null;
        }

        var expected = c.GetProperty("expected").EnumerateArray()
            .Select(p => $"{Text(p, "host_ip")} {Text(p, "published")} {Text(p, "target")} {Text(p, "protocol")}");
        var actual = ports.Select(p => $"{p.HostAddress} {Range(p)} {(p.Target == 0 ? "" : p.Target)} {p.Protocol}");
        return problem is null && expected.SequenceEqual(actual) ? null : problem ?? string.Join('|', actual);

        static string Range(PortEntry p) => p.Published is null ? "" : p.Published == p.PublishedEnd ? $"{p.Published}" : $"{p.Published}-{p.PublishedEnd}";
    }

    private static string? CompareVolume(JsonElement c)
    {
        var volume = VolumeSyntax.Parse(Input(c), out _);
        if (c.TryGetProperty("error", out _) || volume is null)
        {
            return volume is null == c.TryGetProperty("error", out _) ? null : "error and no error";
        }

        var e = c.GetProperty("expected");
        var expected = $"{Text(e, "type")} {Text(e, "source")} {Text(e, "target")} {e.TryGetProperty("read_only", out _)}";
        var actual = $"{(volume.IsBind ? "bind" : "volume")} {volume.Source} {volume.Target} {volume.ReadOnly}";
        return expected == actual ? null : $"expected {expected}, got {actual}";
    }

    private static string Text(JsonElement map, string name) => map.TryGetProperty(name, out var value) ? value.ToString() : "";
}
