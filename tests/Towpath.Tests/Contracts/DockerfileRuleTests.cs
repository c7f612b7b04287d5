namespace Towpath.Tests.Contracts;

/// <summary>Rules over Dockerfiles: each with files that break it and files that keep it.</summary>
public sealed class DockerfileRuleTests
{
    private const string Good = "FROM python:3.12-slim\nUSER app\n";

    [Theory]
    [InlineData("base-image-pinned", "FROM debian")]
    [InlineData("base-image-pinned", "FROM registry:5000/debian")]
    [InlineData("base-image-pinned", "ARG TAG=latest\nFROM debian:$TAG")]
    [InlineData("base-image-pinned", "FROM golang AS build\nFROM debian:12\nCOPY --from=build /a /a")]
    [InlineData("not-root", "FROM debian:12")]
    [InlineData("not-root", "FROM debian:12\nUSER app\nUSER root")]
    [InlineData("not-root", "FROM debian:12\nUSER 0:0")]
    [InlineData("not-root", "FROM debian:12 AS base\nUSER app\nFROM debian:12")]
    [InlineData("secret-in-image", "FROM debian:12\nCOPY id_rsa /root/.ssh/")]
    [InlineData("secret-in-image", "FROM debian:12\nADD [\"conf/server.key\", \"/etc/\"]")]
    [InlineData("secret-in-image", "FROM debian:12\nENV API_TOKEN=f3b1c09a77de4c5d8e21")]
    [InlineData("secret-build-variable", "FROM debian:12\nARG NPM_TOKEN")]
    [InlineData("secret-build-variable", "FROM debian:12\nENV DB_PASSWORD=hunter2")]
    [InlineData("package-lists-cleaned", "FROM debian:12\nRUN apt-get update && apt-get install -y curl")]
    [InlineData("package-lists-cleaned", "FROM alpine:3\nRUN apk add curl")]
    [InlineData("package-lists-cleaned", "FROM fedora:41\nRUN dnf -y install curl")]
    [InlineData("package-lists-cleaned", "FROM python:3\nRUN pip install flask")]
    [InlineData("package-lists-cleaned", "FROM node:22\nRUN npm ci")]
    [InlineData("exec-form", "FROM debian:12\nCMD run")]
    [InlineData("exec-form", "FROM debian:12\nENTRYPOINT ['run']")]
    [InlineData("docker-ignore", "FROM debian:12\nCOPY . .")]
    [InlineData("docker-ignore", "FROM debian:12\nADD ./ /srv")]
    [InlineData("layer-order", "FROM node:22\nCOPY . .\nRUN npm ci")]
    [InlineData("layer-order", "FROM python:3\nCOPY . /srv\nRUN pip install --no-cache-dir -r requirements.txt")]
    [InlineData("add-url", "FROM debian:12\nADD http://x.example/y /y")]
    [InlineData("no-upgrade", "FROM debian:12\nRUN apt-get -y dist-upgrade")]
    [InlineData("install-unattended", "FROM debian:12\nRUN apt-get install curl")]
    [InlineData("no-recommends", "FROM debian:12\nRUN apt install -y curl")]
    [InlineData("no-sudo", "FROM debian:12\nRUN true && sudo make")]
    [InlineData("work-folder", "FROM debian:12\nRUN cd /srv && make")]
    [InlineData("one-command", "FROM debian:12\nCMD [\"a\"]\nCMD [\"b\"]")]
    [InlineData("known-instruction", "FROM debian:12\nCOPPY a b")]
    [InlineData("known-stage", "FROM debian:12\nCOPY --from=1 a b")]
    [InlineData("known-stage", "FROM debian:12\nCOPY --from=later a b\nFROM debian:12 AS later")]
    [InlineData("known-stage", "FROM debian:12 AS build\nFROM debian:12\nRUN --mount=type=bind,from=buidl true")]
    [InlineData("dockerfile-buildable", "RUN x")]
    public void Rule_BrokenByADockerfile_IsFound(string rule, string dockerfile) => Found(dockerfile).ShouldContain(rule);

    [Theory]
    [InlineData("base-image-pinned", "FROM scratch")]
    [InlineData("base-image-pinned", "FROM debian@sha256:0123")]
    [InlineData("base-image-pinned", "ARG TAG=12\nFROM registry:5000/debian:${TAG}")]
    [InlineData("base-image-pinned", "FROM debian:12 AS build\nFROM build\nCOPY --from=build a b\nCOPY --from=0 a b")]
    [InlineData("base-image-pinned", "FROM golang AS unused\nFROM debian:12")]
    [InlineData("not-root", "FROM debian:12\nUSER root\nRUN x\nUSER app")]
    [InlineData("not-root", "FROM debian:12\nUSER 10001:0")]
    [InlineData("not-root", "FROM gcr.io/distroless/static:nonroot")]
    [InlineData("not-root", "FROM debian:12 AS base\nUSER app\nFROM base")]
    [InlineData("secret-in-image", "FROM debian:12\nCOPY --from=x id_rsa /\nCOPY .env.example config/ /x/")]
    [InlineData("secret-in-image", "FROM debian:12\nENV API_TOKEN=$OTHER API_TOKEN_FILE=/run/secrets/f3b1c09a77de4c5d8e21")]
    [InlineData("secret-build-variable", "FROM debian:12\nARG TOKEN_LIFETIME=60\nENV DB_PASSWORD_FILE=/x PWD=/srv DB_PASSWORD=")]
    [InlineData("package-lists-cleaned", "FROM debian:12\nRUN apt-get update \\\n && apt-get install -y curl \\\n && rm -rf /var/lib/apt/lists/*")]
    [InlineData("package-lists-cleaned", "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF")]
    [InlineData("package-lists-cleaned", "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl")]
    [InlineData("package-lists-cleaned", "FROM alpine:3\nRUN apk add --no-cache curl")]
    [InlineData("package-lists-cleaned", "FROM fedora:41\nRUN dnf -y install curl && dnf clean all")]
    [InlineData("package-lists-cleaned", "FROM python:3\nENV PIP_NO_CACHE_DIR=1\nRUN pip install flask")]
    [InlineData("package-lists-cleaned", "FROM node:22 AS build\nRUN npm ci\nFROM nginx:1\nCOPY --from=build /dist /srv")]
    [InlineData("exec-form", "FROM debian:12\nENTRYPOINT [\"a\"]\nCMD [\"b\"]")]
    [InlineData("exec-form", "FROM debian:12\nCMD exec run --port $PORT")]
    [InlineData("exec-form", "FROM debian:12\nCMD old\nENTRYPOINT [\"new\"]")]
    [InlineData("docker-ignore", "FROM debian:12\nCOPY src/ .\nCOPY --from=x . .")]
    [InlineData("layer-order", "FROM node:22\nCOPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm run build")]
    [InlineData("layer-order", "FROM python:3\nCOPY . .\nRUN pip install .")]
    [InlineData("add-url", "FROM debian:12\nADD --checksum=sha256:01 http://x.example/y /y\nADD a.tar /")]
    [InlineData("no-upgrade", "FROM debian:12\nRUN pip install --upgrade x && apt-get update")]
    [InlineData("install-unattended", "FROM debian:12\nRUN apt-get -qqy install curl && apt-get install --yes x && yum install x")]
    [InlineData("no-recommends", "FROM debian:12\nRUN apt-get install -y --no-install-recommends curl")]
    [InlineData("no-sudo", "FROM debian:12\nRUN apt-get install -y sudo")]
    [InlineData("work-folder", "FROM debian:12\nWORKDIR /srv\nRUN make && cd sub && make")]
    [InlineData("one-command", "FROM debian:12 AS a\nCMD [\"a\"]\nFROM a\nCMD [\"b\"]\nENTRYPOINT [\"c\"]")]
    [InlineData("known-instruction", "from debian:12\nrun true\nONBUILD RUN x\nMAINTAINER me")]
    [InlineData("known-stage", "FROM debian:12 AS build\nFROM debian:12\nCOPY --from=build a b\nCOPY --from=nginx:1 a b\nCOPY --from=0 a b")]
    [InlineData("dockerfile-buildable", "# syntax=docker/dockerfile:1\nARG V=1\nFROM debian:$V")]
    public void Rule_KeptByADockerfile_IsSilent(string rule, string dockerfile) => Found(dockerfile).ShouldNotContain(rule);

    [Fact]
    public void DockerIgnore_ThatKeepsBackWhatItShould_IsSilent()
    {
        const string dockerfile = "FROM node:22\nCOPY . .\nUSER node\n";

        Scene.Names(Scene.Built(dockerfile, (".dockerignore", ".git\n.env\nnode_modules\n"), (".env", "A=1\n"), ("package.json", "{}"))).ShouldNotContain("docker-ignore");
        Scene.Names(Scene.Built(dockerfile, (".dockerignore", ".git\n"), (".env", "A=1\n"))).ShouldContain("docker-ignore");
        Scene.Names(Scene.Built(dockerfile, ("Dockerfile.dockerignore", "*\n!src\n"))).ShouldNotContain("docker-ignore");
    }

    [Fact]
    public void BaseImage_ThatTheApplicationBuilds_IsSilent()
    {
        var reading = Scene.Hold(
            ("compose.yaml", "services:\n  base:\n    build: base\n    image: shop/base\n  api:\n    build: .\n"),
            ("base/Dockerfile", Good),
            ("Dockerfile", "FROM shop/base\nUSER app\n"));

        Scene.Names(reading).ShouldNotContain("base-image-pinned");
    }

    [Fact]
    public void User_OfTheComposeFile_CountsBeforeTheImages() =>
        Scene.Names(Scene.Hold(("compose.yaml", "services:\n  api:\n    build: .\n    user: \"1000\"\n"), ("Dockerfile", "FROM debian:12\n"))).ShouldNotContain("not-root");

    [Theory]
    [InlineData("ports: [\"8000\"]", "EXPOSE 8000", false)]
    [InlineData("ports: [\"8000\"]", "EXPOSE 9000", true)]
    [InlineData("expose: [8000]", "EXPOSE 8000-8010", false)]
    [InlineData("expose: [8000]", "EXPOSE 8000/udp 9000", true)]
    [InlineData("x-towpath: { health: /, port: 8000 }", "ENV P=8000\nEXPOSE $P", false)]
    [InlineData("ports: [\"8000\"]", "", false)]
    public void Expose_AgainstTheComposeFile_IsCompared(string key, string line, bool isFound) =>
        Scene.Names(Scene.Hold(("compose.yaml", $"services:\n  api:\n    build: .\n    {key}\n"), ("Dockerfile", Good + line))).Contains("expose-agrees").ShouldBe(isFound);

    [Theory]
    [InlineData("build: { context: ., target: none }", true)]
    [InlineData("build: { context: ., target: RUNTIME }", false)]
    [InlineData("build: .\n    x-towpath: { test: { target: tests } }", true)]
    public void Target_OfBuildOrTest_MustExist(string keys, bool isFound) =>
        Scene.Names(Scene.Hold(("compose.yaml", $"services:\n  api:\n    {keys}\n"), ("Dockerfile", "FROM debian:12 AS runtime\n"))).Contains("known-target").ShouldBe(isFound);

    [Fact]
    public void Secrets_InADockerfile_AreNotShown()
    {
        var findings = Scene.Built("FROM debian:12\nENV API_TOKEN=f3b1c09a77de4c5d8e21 DB_PASSWORD=hunter2\n").Diagnostics;

        Towpath.Core.Diagnostics.DiagnosticWriter.Write(findings).ShouldNotContain("f3b1c09a");
        Towpath.Core.Diagnostics.DiagnosticWriter.Write(findings.Where(f => f.Code is "TP2103" or "TP2104")).ShouldNotContain("hunter2");
    }

    private static IEnumerable<string> Found(string dockerfile) => Scene.Names(Scene.Built(dockerfile));
}
