using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class ConfigVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStream _output = new();
    private readonly TestProgram _program = new();

    public ConfigVerbTests()
    {
        Write("compose.yaml", """
            name: shop
            services:
              web:
                build: ./web
                environment: [GREETING]
                depends_on: [db]
              db:
                image: postgres:${VERSION:-16}
                volumes: [data:/var/lib]
              debug:
                image: tools
                profiles: [debug]
            volumes:
              data:
            """);
        _program.Surroundings = _program.Surroundings with
        {
            Folder = _folder.Path,
            Variables = () => _program.Variables.ToImmutableDictionary(),
            OpenOutput = () => new Unclosed(_output),
        };
    }

    private string Printed => Encoding.UTF8.GetString(_output.ToArray()) + _program.Out;

    [Fact]
    public async Task Config_Project_PrintsItAsYaml()
    {
        (await _program.RunAsync("config")).ShouldBe(ExitCode.Success);

        Printed.ShouldStartWith("name: shop\n");
        Printed.ShouldContain("    image: postgres:16\n");
        Printed.ShouldContain($"      context: {_folder.Path}/web\n");
        Printed.ShouldNotContain("debug");
    }

    [Fact]
    public async Task Config_Variables_ComeFromTheProcess()
    {
        _program.Variables["VERSION"] = "17";
        _program.Variables["GREETING"] = "hello $you";

        (await _program.RunAsync("config")).ShouldBe(ExitCode.Success);

        Printed.ShouldContain("image: \"postgres:17\"\n".Replace("\"", "", StringComparison.Ordinal));
        Printed.ShouldContain("GREETING: hello $$you\n");
    }

    [Theory]
    [InlineData("db\nweb\n", "--services")]
    [InlineData("data\n", "--volumes")]
    [InlineData("default\n", "--networks")]
    [InlineData("postgres:16\nshop-web\n", "--images")]
    [InlineData("debug\n", "--profiles", "--profile", "debug")]
    [InlineData("", "--quiet")]
    public async Task Config_List_PrintsOneNamePerLine(string expected, params string[] options)
    {
        (await _program.RunAsync(["config", .. options])).ShouldBe(ExitCode.Success);

        Printed.ShouldBe(expected);
    }

    [Fact]
    public async Task Config_Json_IsOneDocument()
    {
        (await _program.RunAsync("config", "--format", "json")).ShouldBe(ExitCode.Success);

        System.Text.Json.JsonDocument.Parse(Printed).RootElement.GetProperty("name").GetString().ShouldBe("shop");
    }

    [Fact]
    public async Task Config_OutputJson_IsOneDocumentToo()
    {
        (await _program.RunAsync("config", "--output", "json")).ShouldBe(ExitCode.Success);

        System.Text.Json.JsonDocument.Parse(Printed).RootElement.GetProperty("name").GetString().ShouldBe("shop");
    }

    [Fact]
    public async Task Config_SeveralFiles_LaterStandsOverEarlier()
    {
        Write("prod.yaml", "services:\n  db:\n    image: postgres:18\n");

        (await _program.RunAsync("config", "-f", "compose.yaml", "-f", "prod.yaml", "--images")).ShouldBe(ExitCode.Success);

        Printed.ShouldBe("postgres:18\nshop-web\n");
    }

    [Fact]
    public async Task Config_Mistake_PrintsNothingButTheDiagnostic()
    {
        Write("compose.yaml", "services:\n  web:\n    imag: nginx\n");

        (await _program.RunAsync("config")).ShouldBe(ExitCode.InvalidInput);

        Printed.ShouldBeEmpty();
        _program.Error.ToString().ShouldContain("did you mean `image`?");
    }

    [Fact]
    public async Task Config_HashOfOneService_ChangesWithItAlone()
    {
        await _program.RunAsync("config", "--hash", "*");
        var before = Printed.Split('\n');
        Write("compose.yaml", File.ReadAllText(Path.Combine(_folder.Path, "compose.yaml")).Replace(":-16", ":-17", StringComparison.Ordinal));
        _program.Out.GetStringBuilder().Clear();

        await _program.RunAsync("config", "--hash", "*");

        Printed.Split('\n')[0].ShouldNotBe(before[0]);
        Printed.Split('\n')[1].ShouldBe(before[1]);
    }

    [Fact]
    public async Task Config_HashOfUnknownService_SaysWhichIsMeant()
    {
        (await _program.RunAsync("config", "--hash", "wbe")).ShouldBe(ExitCode.NotFound);

        _program.Error.ToString().ShouldContain("did you mean `web`?");
    }

    [Theory]
    [InlineData("-o")]
    [InlineData("--output-file")]
    public async Task Config_OutputFile_GetsTheProject(string option)
    {
        (await _program.RunAsync("config", option, "all.yaml")).ShouldBe(ExitCode.Success);

        Printed.ShouldBeEmpty();
        File.ReadAllText(Path.Combine(_folder.Path, "all.yaml")).ShouldStartWith("name: shop\n");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.Path, name), text);

    // The verb disposes what it wrote to.
    private sealed class Unclosed(MemoryStream inner) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override void WriteByte(byte value) => inner.WriteByte(value);
    }
}
