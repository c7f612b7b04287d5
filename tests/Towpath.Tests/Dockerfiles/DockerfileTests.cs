using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Dockerfiles;

namespace Towpath.Tests.Dockerfiles;

public sealed class DockerfileTests
{
    private static readonly ImmutableDictionary<string, string> NoArguments = ImmutableDictionary<string, string>.Empty;

    [Theory]
    [InlineData("", "")]
    [InlineData("# only a comment\n", "")]
    [InlineData("FROM a", "FROM a")]
    [InlineData("from a as b", "FROM a|as|b")]
    [InlineData("\uFEFFFROM a\r\nRUN x y\r\n", "FROM a; RUN x|y")]
    [InlineData("FROM a\rRUN x", "FROM a; RUN x")]
    [InlineData("  FROM   a\t\n\tRUN\tx", "FROM a; RUN x")]
    [InlineData("FROM a\nRUN one \\\n  two", "FROM a; RUN one|two")]
    [InlineData("FROM a\nRUN on\\\ne", "FROM a; RUN one")]
    [InlineData("FROM a\nRUN one \\  \n  two", "FROM a; RUN one|two")]
    [InlineData("FROM a\nRUN one \\\n# no\n\n   # no either\n  two", "FROM a; RUN one|two")]
    [InlineData("FROM a\nRUN dir C:\\\\\nRUN x", "FROM a; RUN dir|C:\\; RUN x")]
    [InlineData("FROM a\nRUN x \\", "FROM a; RUN x")]
    [InlineData("FROM a\nRUN \\\n\\\n\\\nx", "FROM a; RUN x")]
    [InlineData("# escape=`\nFROM a\nRUN dir C:\\ `\n  x", "FROM a; RUN dir|C:\\|x")]
    [InlineData("# Escape = ` \nFROM `\na", "FROM a")]
    [InlineData("# a comment first\n# escape=`\nFROM a\nRUN x `\nRUN y", "FROM a; RUN x|`; RUN y")]
    [InlineData("\n# escape=`\nFROM a\nRUN x `\nRUN y", "FROM a; RUN x|`; RUN y")]
    [InlineData("FROM a\nRUN echo \"one two\" 'three four'", "FROM a; RUN echo|one two|three four")]
    [InlineData("FROM a\nRUN echo one\\ two", "FROM a; RUN echo|one two")]
    [InlineData("FROM a\nRUN echo \"never closed", "FROM a; RUN echo|never closed")]
    [InlineData("FROM a\nRUN echo # no comment", "FROM a; RUN echo|#|no|comment")]
    public void Parse_Lines_AreInstructions(string text, string expected) => Told(text).ShouldBe(expected);

    [Theory]
    [InlineData("CMD [\"a\", \"b c\"]", true, "a|b c")]
    [InlineData("CMD []", true, "")]
    [InlineData("CMD [ \"a\" ,\\\n \"b\" ]", true, "a|b")]
    [InlineData("ENTRYPOINT [\"\\u0061\\n\"]", true, "a\n")]
    [InlineData("CMD ['a']", false, "[a]")]
    [InlineData("CMD [\"a\"", false, "[a")]
    [InlineData("CMD [\"a\"] b", false, "[a]|b")]
    [InlineData("CMD [1]", false, "[1]")]
    [InlineData("CMD [[\"a\"]]", false, "[[a]]")]
    [InlineData("CMD [\"\\ud800\"]", false, "[\\ud800]")]
    [InlineData("LABEL [\"a\"]", false, "[a]")]
    [InlineData("COPY [\"a b\", \"/c\"]", true, "a b|/c")]
    [InlineData("HEALTHCHECK --interval=5s CMD [\"a\"]", true, "a")]
    [InlineData("HEALTHCHECK NONE", false, "NONE")]
    public void Parse_ExecForm_IsJsonOnly(string line, bool isExec, string words)
    {
        var instruction = Dockerfile.Parse("Dockerfile", "FROM a\n" + line).Instructions[1];

        instruction.IsExec.ShouldBe(isExec);
        string.Join('|', instruction.Words.Select(w => w.Value)).ShouldBe(words);
    }

    [Theory]
    [InlineData("COPY --from=build --chown=1:1 /a /b", "from=build chown=1:1", "/a|/b")]
    [InlineData("COPY --link /a /b", "link=", "/a|/b")]
    [InlineData("COPY /a --from=x /b", "", "/a|--from=x|/b")]
    [InlineData("RUN --mount=type=cache,target=/x --network=none make -- all", "mount=type=cache,target=/x network=none", "make|--|all")]
    [InlineData("RUN -- --x", "", "--x")]
    [InlineData("FROM --platform=$BUILDPLATFORM a AS b", "platform=$BUILDPLATFORM", "a|AS|b")]
    [InlineData("CMD --not-a-flag", "", "--not-a-flag")]
    public void Parse_Flags_StandBeforeTheArguments(string line, string flags, string words)
    {
        var instruction = Dockerfile.Parse("Dockerfile", line).Instructions[0];

        string.Join(' ', instruction.Flags.Select(f => $"{f.Name}={f.Value}")).ShouldBe(flags);
        string.Join('|', instruction.Words.Select(w => w.Value)).ShouldBe(words);
    }

    [Theory]
    [InlineData("RUN <<EOF\nFROM no\nEOF\nRUN x", "RUN <<EOF {EOF:FROM no\n}; RUN x")]
    [InlineData("RUN <<EOF\r\none\r\nEOF\r\nRUN x", "RUN <<EOF {EOF:one\r\n}; RUN x")]
    [InlineData("COPY <<one <<two /dir\n1\none\n2\ntwo\nRUN x", "COPY <<one|<<two|/dir {one:1\n} {two:2\n}; RUN x")]
    [InlineData("COPY <<-\"END\" /f\n\t\tindented\n\tEND\nRUN x", "COPY <<-END|/f {!END:indented\n}; RUN x")]
    [InlineData("RUN 3<<EOF cat\nx\nEOF", "RUN 3<<EOF|cat {EOF:x\n}")]
    [InlineData("RUN <<EOF\n\tEOF\nEOF ", "RUN <<EOF")]
    [InlineData("RUN <<EOF\nnever closed\nRUN no", "RUN <<EOF")]
    [InlineData("RUN cat <<<EOF\nRUN x", "RUN cat|<<<EOF; RUN x")]
    [InlineData("RUN echo 1 << 2\nRUN x", "RUN echo|1|<<|2; RUN x")]
    [InlineData("CMD <<EOF\nRUN x", "CMD <<EOF; RUN x")]
    [InlineData("RUN <<EOF\n# kept\n\na \\\nb\nEOF", "RUN <<EOF {EOF:# kept\n\na \\\nb\n}")]
    public void Parse_HereDocuments_BelongToTheirInstruction(string text, string expected) => Told(text).ShouldBe(expected);

    [Theory]
    [InlineData("ENV A=1 B=\"two words\" C='x'", "A=1 B=two words C=x")]
    [InlineData("ENV A the rest of it", "A=the rest of it")]
    [InlineData("ARG A", "A=")]
    [InlineData("ARG A=1 B", "A=1 B=")]
    [InlineData("LABEL a.b=\"c=d\"", "a.b=c=d")]
    [InlineData("ENV A=1 \\\n  B=2", "A=1 B=2")]
    public void Pairs_NamesAndValues_InBothForms(string line, string expected) =>
        string.Join(' ', DockerfileScope.Pairs(Dockerfile.Parse("Dockerfile", line).Instructions[0]).Select(p => $"{p.Name}={p.Value}")).ShouldBe(expected);

    [Theory]
    [InlineData("FROM a\nUSER app", "app")]
    [InlineData("FROM a\nARG U=app\nUSER ${U}", "app")]
    [InlineData("FROM a\nENV U=app\nUSER $U:$U", "app:app")]
    [InlineData("FROM a\nARG U=no\nENV U=app\nUSER $U", "app")]
    [InlineData("ARG U=global\nFROM a\nUSER x$U", "x")]
    [InlineData("ARG U=global\nFROM a\nARG U\nUSER x$U", "xglobal")]
    [InlineData("ARG U=global\nFROM a\nARG U=own\nUSER x$U", "xown")]
    [InlineData("FROM a\nARG G\nUSER x$G", "xgiven")]
    [InlineData("FROM a\nARG G=default\nUSER x$G", "xgiven")]
    [InlineData("FROM a AS b\nENV U=app\nUSER $U\nFROM b", "app")]
    [InlineData("FROM a AS b\nUSER app\nFROM a", null)]
    [InlineData("FROM a\nUSER ${U:-app}", "app")]
    [InlineData("FROM a\nUSER \\$U", "$U")]
    [InlineData("FROM a\nUSER ${U", "${U")]
    public void Image_User_FollowsScopesAndStages(string text, string? expected)
    {
        var file = Dockerfile.Parse("Dockerfile", text);

        DockerfileImage.Of(file, file.Stage(null)!, new Dictionary<string, string> { ["G"] = "given" }).User.ShouldBe(expected);
    }

    [Theory]
    [InlineData("EXPOSE 80 443/tcp 53/UDP", "80/tcp 443/tcp 53/udp")]
    [InlineData("EXPOSE 8000-8002", "8000/tcp 8001/tcp 8002/tcp")]
    [InlineData("ENV PORT=8080\nEXPOSE $PORT", "8080/tcp")]
    [InlineData("EXPOSE $NONE 70000 x 9-1", "")]
    public void Image_Exposed_PortsAreWrittenOut(string lines, string expected)
    {
        var file = Dockerfile.Parse("Dockerfile", "FROM a\n" + lines);

        string.Join(' ', DockerfileImage.Of(file, file.Stages[0], NoArguments).Ports.Select(p => $"{p.Port}/{p.Protocol}")).ShouldBe(expected);
    }

    [Fact]
    public void Image_EntrypointAfterCmd_TakesItBack()
    {
        var file = Dockerfile.Parse("Dockerfile", "FROM a\nCMD x\nENTRYPOINT [\"y\"]");

        DockerfileImage.Of(file, file.Stages[0], NoArguments).Command.ShouldBeNull();
    }

    [Fact]
    public void Stages_NamesNumbersAndSources_AreFound()
    {
        var file = Dockerfile.Parse("Dockerfile", "FROM a AS one\nFROM b AS two\nFROM one AS Three\nCOPY --from=1 /x /y\nFROM unused\nFROM three AS last");

        file.Stage("ONE")!.Index.ShouldBe(0);
        file.Stage("3")!.Index.ShouldBe(3);
        file.Stage(null)!.Name.ShouldBe("last");
        file.Stage("none").ShouldBeNull();
        file.Stage("99999999999999999999").ShouldBeNull();
        file.Stages[4].Line(NoArguments).Select(s => s.Index).ShouldBe([0, 2, 4]);
        file.Stages[4].Needed(NoArguments).Select(s => s.Index).ShouldBe([0, 1, 2, 4]);
    }

    [Theory]
    [InlineData("FROM a AS a\nFROM a")]
    [InlineData("FROM b AS a\nFROM a AS b\nCOPY --from=b x y\nFROM b")]
    public void Stages_ThatSeemToCircle_End(string text)
    {
        var file = Dockerfile.Parse("Dockerfile", text);

        file.Stages[^1].Needed(NoArguments).Length.ShouldBe(file.Stages.Length);
    }

    [Theory]
    [InlineData("FROM a\nRUN one \\\n    two", "two", "Dockerfile:3:5", "    two")]
    [InlineData("FROM a\r\nRUN one \\\r\n# no\r\n    \"t w\"", "t w", "Dockerfile:4:5", "    \"t w\"")]
    [InlineData("FROM a\nCOPY --from=\\\nb x y", "y", "Dockerfile:3:5", "b x y")]
    public void Word_OverSeveralLines_KnowsItsPlace(string text, string word, string place, string line)
    {
        var location = Dockerfile.Parse("Dockerfile", text).Instructions[1].Words.Single(w => w.Value == word).Location;

        location.ToString().ShouldBe(place);
        location.Excerpt.ShouldBe(line);
    }

    [Theory]
    [InlineData("", "it has no instruction")]
    [InlineData("RUN x", "`RUN` stands before the first FROM, it has no FROM")]
    [InlineData("FROM", "`FROM` lacks an argument")]
    [InlineData("FROM a b", "`FROM` takes an image, or an image and `AS` and a name")]
    [InlineData("FROM a\nCOPY x", "`COPY` lacks an argument")]
    [InlineData("FROM a\nRUN <<EOF", "the here-document `EOF` is never closed")]
    [InlineData("# escape=x\nFROM a", "the escape character can be only \\ or `")]
    [InlineData("FROM a\nCMD []\nENTRYPOINT []", "")]
    public void Problems_WhatBuildersRefuse_IsTold(string text, string expected) =>
        string.Join(", ", Dockerfile.Parse("Dockerfile", text).Problems.Select(p => p.Message)).ShouldBe(expected);

    [Theory]
    [InlineData("RUN apt-get update && apt-get install -y curl", "apt-get update; apt-get install -y curl")]
    [InlineData("RUN set -eux; \\\n  cd /x; make 2>&1 | tee 'a b'", "set -eux; cd /x; make 2>&1; tee a b")]
    [InlineData("RUN A=1 B=\"x y\" /usr/bin/make \"a && b\"", "/usr/bin/make a && b")]
    [InlineData("RUN if [ -f x ]; then rm x; fi", "[ -f x ]; rm x; fi")]
    [InlineData("RUN [\"apt-get\", \"install\"]", "apt-get install")]
    [InlineData("RUN <<EOF\napt-get update\nrm \\\n  -rf x\nEOF", "<<EOF; apt-get update; rm -rf x")]
    [InlineData("RUN (cd x; make)", "(cd x; make")]
    [InlineData("RUN echo \"never closed", "echo never closed")]
    public void Commands_OfARun_AreCutApart(string line, string expected) =>
        string.Join("; ", ShellCommand.Of(Dockerfile.Parse("Dockerfile", line).Instructions[0]).Select(c => string.Join(' ', c.Words))).ShouldBe(expected);

    [Fact]
    public void Parse_TooMuch_IsBoundedAndTold()
    {
        Dockerfile.Parse("Dockerfile", "FROM a\n" + new string('#', Dockerfile.MaxLength)).Problems.ShouldContain(p => p.Message.StartsWith("it has more than 1024 KiB"));
        Dockerfile.Parse("Dockerfile", string.Concat(Enumerable.Repeat("FROM a\n", 10_001))).Problems.ShouldContain(p => p.Message == "it has more than 10000 instructions");
    }

    [Fact]
    public void Parse_AnyMutation_NeverThrowsAndKeepsPlacesInside()
    {
        string[] seeds =
        [
            "# syntax=docker/dockerfile:1\n# escape=`\nARG V=1\nFROM --platform=$P a:${V:-2} AS b\nRUN <<-EOF cat && x `\n y\n\tz\n\tEOF\n",
            "FROM a\nENV A=\"${B:+${C}}\" D e\nCOPY [\"a\", \"b\\u0041\"]\nEXPOSE 1-$X/udp\nHEALTHCHECK --x CMD [\"y\"]\nUSER $A\\\n # c\n\n :b\n",
        ];
        string[] pieces = ["\\", "\n", "\r", "<<E", "E", "[\"", "]", "${", "}", "$", "\"", "'", "#", "=", "--", "`", "\0", "\uD800", "é", "FROM ", "\t", ":-"];
        var random = new Random(20261121);
        for (var round = 0; round < 4000; round++)
        {
            var text = new StringBuilder(seeds[round % seeds.Length]);
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                var at = random.Next(text.Length);
                text.Remove(at, Math.Min(random.Next(3), text.Length - at)).Insert(at, pieces[random.Next(pieces.Length)]);
            }

            Walk(Dockerfile.Parse("Dockerfile", text.ToString()), text.ToString());
        }
    }

    // Everything lazy is asked for once, so that a fault anywhere shows.
    private static void Walk(Dockerfile file, string text)
    {
        var lines = text.Split('\n', '\r').Length;
        foreach (var instruction in file.Instructions)
        {
            var places = instruction.Words.Select(w => w.Location).Concat(ShellCommand.Of(instruction).Select(c => c.Location)).Append(instruction.Location);
            places.ShouldAllBe(p => p.Line >= 1 && p.Line <= lines && p.Column >= 1 && p.EndLine >= p.Line, text);
            _ = DockerfileScope.Pairs(instruction).ToList();
        }

        foreach (var stage in file.Stages)
        {
            _ = DockerfileImage.Of(file, stage, NoArguments);
            _ = stage.Needed(NoArguments);
        }
    }

    private static string Told(string text) => string.Join("; ", Dockerfile.Parse("Dockerfile", text).Instructions.Select(Told));

    private static string Told(DockerfileInstruction instruction) => string.Concat(
        $"{instruction.Name} {string.Join('|', instruction.Words.Select(w => w.Value))}",
        string.Concat(instruction.Heredocs.Select(h => $" {{{(h.Expands ? "" : "!")}{h.Name}:{h.Text}}}")));
}
