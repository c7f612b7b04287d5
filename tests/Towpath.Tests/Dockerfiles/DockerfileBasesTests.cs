using System.Collections.Immutable;
using Towpath.Core.Dockerfiles;

namespace Towpath.Tests.Dockerfiles;

public sealed class DockerfileBasesTests
{
    [Theory]
    [InlineData("FROM nginx:1.22", "nginx:1.22")]
    [InlineData("from nginx", "nginx")]
    [InlineData("FROM --platform=$BUILDPLATFORM golang:1.22 AS build\nFROM scratch\nCOPY --from=build /a /a", "golang:1.22")]
    [InlineData("FROM a:1 AS base\nFROM base AS code\nFROM Code\n", "a:1")]
    [InlineData("FROM node AS node\nFROM node\n", "node")]
    [InlineData("FROM a\nFROM b\nFROM a\n", "a b")]
    [InlineData("FROM docker.io/library/debian@sha256:0123", "docker.io/library/debian@sha256:0123")]
    [InlineData("FROM scratch", "")]
    [InlineData("", "")]
    [InlineData("FROM", "")]
    [InlineData("\uFEFFFROM a\r\nRUN x\r\nFROM b\r\n", "a b")]
    public void Read_From_GivesImagesButNotStages(string text, string expected) => Bases(text).ShouldBe(expected);

    [Theory]
    [InlineData("FROM a\nCOPY --from=busybox:1.36 /bin/busybox /b", "a busybox:1.36")]
    [InlineData("FROM a\nCOPY --chown=1:1 --from=tools /x /y", "a tools")]
    [InlineData("FROM a AS one\nFROM b\nCOPY --from=one /x /y\nCOPY --from=0 /x /y\nCOPY --from=ONE /x /y", "a b")]
    [InlineData("FROM a\nRUN --mount=type=bind,from=helper:2,target=/h true", "a helper:2")]
    [InlineData("FROM a\nCOPY x --from=no /y", "a")]
    [InlineData("FROM a\nCOPY --from=$STAGE /x /y", "a")]
    [InlineData("FROM a\nRUN echo --from=no", "a")]
    public void Read_CopyAndMount_GivesOutsideSources(string text, string expected) => Bases(text).ShouldBe(expected);

    [Theory]
    [InlineData("ARG TAG=3.11\nFROM python:$TAG", "python:3.12")]
    [InlineData("ARG TAG\nFROM python:${TAG}-slim", "python:3.12-slim")]
    [InlineData("FROM python:$TAG", "python:")]
    [InlineData("ARG OS=debian\nARG BASE=${OS}:12\nFROM $BASE", "debian:12")]
    [InlineData("ARG OS=\"debian:12\" OTHER='x'\nFROM ${OS}", "debian:12")]
    [InlineData("ARG BASE\nFROM ${BASE:-debian:12}", "debian:12")]
    [InlineData("ARG BASE=x\nFROM ${BASE:+debian:12}", "debian:12")]
    [InlineData("ARG OS=a\nARG TAG\nFROM ${BASE:-${OS}:$TAG}", "a:3.12")]
    [InlineData("ARG BASE\nFROM $BASE", "")]
    [InlineData("FROM a\nARG B=inside\nFROM b$B", "a b")]
    public void Read_Arguments_AreReplacedWhereDeclaredBeforeTheFirstStage(string text, string expected) =>
        string.Join(' ', Of(text, ("TAG", "3.12"))).ShouldBe(expected);

    [Theory]
    [InlineData("# FROM no\n  # FROM no\nFROM a", "a")]
    [InlineData("FROM \\\n  a \\\n  AS x\nFROM x", "a")]
    [InlineData("FROM a\nRUN one \\\n  # a comment between\n\n  FROM no", "a")]
    [InlineData("# escape=`\nFROM `\n a\nRUN dir C:\\\nFROM b", "a b")]
    [InlineData("FROM a\nRUN <<EOF\nFROM no\nEOF\nFROM b", "a b")]
    [InlineData("FROM a\nCOPY <<-\"END\" /f\n\tFROM no\n\tEND\nFROM b", "a b")]
    [InlineData("FROM a\nRUN echo 1 << 2\nFROM b", "a b")]
    [InlineData("FROM a\nRUN <<EOF\nnever closed\nFROM no", "a")]
    [InlineData("FROM a \\", "a")]
    public void Read_CommentsContinuationsAndHereDocuments_AreNoInstructions(string text, string expected) => Bases(text).ShouldBe(expected);

    [Fact]
    public void Read_ShopAndStandIns_NameOnlyImagesThatCanBeMade()
    {
        var dockerfiles = Directory.EnumerateFiles(RepositoryRoot.Combine("examples"), "Dockerfile", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("images"), "Dockerfile", SearchOption.AllDirectories))
            .ToList();

        dockerfiles.Count.ShouldBe(8);
        dockerfiles.SelectMany(f => Of(File.ReadAllText(f))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(["debian:bookworm-slim", "nginx:1.22"]);
    }

    private static string Bases(string text) => string.Join(' ', Of(text));

    private static ImmutableArray<string> Of(string text, params (string Name, string Value)[] arguments) =>
        DockerfileBases.Of(Dockerfile.Parse("Dockerfile", text), arguments.ToDictionary(a => a.Name, a => a.Value));
}
