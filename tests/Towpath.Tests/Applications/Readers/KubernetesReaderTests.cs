using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications.Readers;

/// <summary>An environment on Kubernetes in <c>towpath.yaml</c>.</summary>
public sealed class KubernetesReaderTests
{
    private const string Compose = "services: { web: { image: nginx, volumes: [data:/data], x-towpath: { route: /, port: 80 } } }\nvolumes: { data: }\nsecrets: { git-token: { external: true } }";

    [Fact]
    public void Read_WholeBlock_GivesTheSpec()
    {
        var environment = Production(
            """
            engine: kubernetes
            kubernetes:
              context: kind-shop
              namespace: shop
              entry: gateway
              class: haproxy
              gateway: infra/public
              host: shop.example.org
              tls: { secret: shop-tls, issuer: internal }
              registry: registry.example.org:5000/shop/
              pull-secret: pull
              wait-image: wait:1
              storage: { class: fast, size: 2g, volumes: { data: { size: 10Gi, class: slow } } }
              quota: 150%
              entry-namespace: { app.kubernetes.io/name: ingress }
            """).Environment;

        environment.Engine.ShouldBe(EngineKind.Kubernetes);
        environment.Kubernetes.ShouldNotBeNull().ShouldSatisfyAllConditions(
            k => (k.Context, k.Namespace, k.Entry, k.EntryClass, k.Gateway).ShouldBe(("kind-shop", "shop", EntryKind.GatewayApi, "haproxy", "infra/public")),
            k => (k.Host, k.TlsSecret, k.TlsIssuer).ShouldBe(("shop.example.org", "shop-tls", "internal")),
            k => (k.Registry, k.PullSecret, k.WaitImage).ShouldBe(("registry.example.org:5000/shop", "pull", "wait:1")),
            k => (k.StorageClass, k.VolumeSize, k.QuotaPercent).ShouldBe(("fast", 2L << 30, 150)),
            k => k.Volumes["data"].ShouldSatisfyAllConditions(v => v.Size.ShouldBe(10L << 30), v => v.StorageClass.ShouldBe("slow")),
            k => k.EntryNamespace["app.kubernetes.io/name"].ShouldBe("ingress"));
    }

    [Fact]
    public void Read_DeliveryByGit_GivesTheRepositoryAndReportsDrift()
    {
        var (environment, codes) = Production(
            """
            engine: kubernetes
            kubernetes:
              delivery: git
              git: { url: "https://git.example.org/team/environments.git", branch: live, path: teams/shop/, layout: flux, user: towpath, password: git-token, within: 3m }
            """);

        codes.ShouldBeEmpty();
        environment.Drift.ShouldBe(DriftPolicy.Report);
        var git = environment.Kubernetes!.Git.ShouldNotBeNull();
        (git.Url, git.Branch, git.Path, git.Layout).ShouldBe(("https://git.example.org/team/environments.git", "live", "teams/shop", GitLayout.Flux));
        (git.User, git.PasswordSecret, git.Within).ShouldBe(("towpath", "git-token", TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void Read_DeliveryByGitWithAnAddressAlone_HasDefaults()
    {
        var git = Production("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"ssh://git@git.example.org/e.git\" } }").Environment.Kubernetes!.Git.ShouldNotBeNull();

        (git.Branch, git.Path, git.Layout, git.User, git.PasswordSecret, git.Within).ShouldBe(("main", "", GitLayout.Plain, null, null, TimeSpan.FromMinutes(10)));
        Production("engine: kubernetes\nkubernetes: { delivery: apply }").Environment.ShouldSatisfyAllConditions(e => e.Kubernetes!.Git.ShouldBeNull(), e => e.Drift.ShouldBe(DriftPolicy.Mend));
    }

    [Fact]
    public void Read_PasswordInTheAddress_IsNotShown()
    {
        var told = ApplicationReader.Read(Files("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://ann:word@git.example.org/e.git\" } }"), []).Diagnostics;

        told.Select(d => $"{d.Headline} {d.Label} {string.Join(' ', d.Notes)} {d.Help}").ShouldNotContain(t => t.Contains("word@", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_Nothing_GivesDefaults()
    {
        Production("engine: kubernetes").Environment.ShouldSatisfyAllConditions(e => e.Engine.ShouldBe(EngineKind.Kubernetes), e => e.Kubernetes.ShouldBeNull());
        Production("promote: manual").Environment.ShouldSatisfyAllConditions(e => e.Engine.ShouldBe(EngineKind.Containers), e => e.Kubernetes.ShouldBeNull());
        Production("engine: kubernetes\nkubernetes: { quota: off }").Environment.Kubernetes!.QuotaPercent.ShouldBeNull();
    }

    [Fact]
    public void Read_ProxyWithAPort_IsOnThatPortOfTheNodes()
    {
        var (environment, codes) = Production("engine: kubernetes\nport: 30080\nkubernetes: { entry: proxy, proxy-image: \"haproxy:3\" }");

        environment.Kubernetes.ShouldNotBeNull().ShouldSatisfyAllConditions(k => k.NodePort.ShouldBe(30080), k => k.ProxyImage.ShouldBe("haproxy:3"));
        codes.ShouldBeEmpty();
    }

    [Fact]
    public void Read_ForKubernetesAlone_TakesTheBlockOfAnyEnvironment()
    {
        var files = Files("port: 8080\nkubernetes: { namespace: shop }");

        ApplicationReader.Read(files, []).Application!.Ladder.Environments[0].Kubernetes.ShouldBeNull();
        var reading = ApplicationReader.Read(files, [], EngineKind.Kubernetes);
        reading.Application!.Ladder.Environments[0].Kubernetes!.Namespace.ShouldBe("shop");
        reading.Diagnostics.Where(d => d.Severity != Severity.Note).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("kubernetes: { namespace: shop }", "TP2070")]
    [InlineData("engine: nomad", "TP1042")]
    [InlineData("engine: kubernetes\nnamespace: shop", "TP1031")]
    [InlineData("engine: kubernetes\nport: 8080", "TP2074")]
    [InlineData("engine: kubernetes\naddress: 0.0.0.0", "TP2074")]
    [InlineData("engine: kubernetes\nport: 8080\nkubernetes: { entry: proxy }", "TP2073")]
    [InlineData("engine: kubernetes\nkubernetes: { entry: proxy, host: a.example.org }", "TP2074")]
    [InlineData("engine: kubernetes\nkubernetes: { entry: none, class: nginx }", "TP2074")]
    [InlineData("engine: kubernetes\nkubernetes: { gateway: public }", "TP2074")]
    [InlineData("engine: kubernetes\nkubernetes: { proxy-image: haproxy }", "TP2074")]
    [InlineData("engine: kubernetes\nkubernetes: { namespace: Shop }", "TP1047")]
    [InlineData("engine: kubernetes\nkubernetes: { namespace: kube-system }", "TP2077")]
    [InlineData("engine: kubernetes\nkubernetes: { host: \"shop.example.org:443\" }", "TP2071")]
    [InlineData("engine: kubernetes\nkubernetes: { tls: shop-tls }", "TP2072")]
    [InlineData("engine: kubernetes\nkubernetes: { host: a.example.org, tls: { issuer: internal } }", "TP1048")]
    [InlineData("engine: kubernetes\nkubernetes: { registry: \"registry.example.org/Shop\" }", "TP2075")]
    [InlineData("engine: kubernetes\nkubernetes: { pull-secret: A_B }", "TP1047")]
    [InlineData("engine: kubernetes\nkubernetes: { storage: { volumes: { date: { size: 1g } } } }", "TP1060")]
    [InlineData("engine: kubernetes\nkubernetes: { storage: { size: 0 } }", "TP1044")]
    [InlineData("engine: kubernetes\nkubernetes: { quota: 99% }", "TP2076")]
    [InlineData("engine: kubernetes\nkubernetes: { entry-namespace: { \"a b\": c } }", "TP1047")]
    [InlineData("engine: kubernetes\nkubernetes: { ingres: x }", "TP1030")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git }", "TP1048")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: hand }", "TP1042")]
    [InlineData("engine: kubernetes\nkubernetes: { git: { url: \"https://git.example.org/e.git\" } }", "TP2079")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { branch: main } }", "TP1048")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"file:///srv/e.git\" } }", "TP2078")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: /srv/e.git } }", "TP2078")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"http://git.example.org/e.git\" } }", "TP2078")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://ann:word@git.example.org/e.git\" } }", "TP2078")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git?x=1\" } }", "TP2078")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", branch: \"-x\" } }", "TP2078")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", path: ../up } }", "TP1047")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", path: .git } }", "TP1047")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", layout: helm } }", "TP1042")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", password: token } }", "TP1060")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", user: towpath } }", "TP1048")]
    [InlineData("engine: kubernetes\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\", force: true } }", "TP1030")]
    [InlineData("engine: kubernetes\ndrift: mend\nkubernetes: { delivery: git, git: { url: \"https://git.example.org/e.git\" } }", "TP2079")]
    public void Read_WhatIsWrong_IsToldInTowpathYaml(string keys, string code)
    {
        var told = ApplicationReader.Read(Files(keys), []).Diagnostics.Where(d => d.Severity != Severity.Note).ToList();

        told.ShouldHaveSingleItem(keys).ShouldSatisfyAllConditions(d => d.Code.ShouldBe(code), d => d.Location!.File.ShouldBe("towpath.yaml"));
    }

    [Fact]
    public void Read_TwoEnvironmentsOnOnePort_IsAnErrorOnOneMachineOnly()
    {
        Codes("a: { port: 30080 }\n  b: { port: 30080, engine: kubernetes, kubernetes: { entry: proxy } }").ShouldBeEmpty();
        Codes("a: { port: 30080, engine: kubernetes, kubernetes: { entry: proxy } }\n  b: { port: 30080, engine: kubernetes, kubernetes: { entry: proxy } }").ShouldBe(["TP2003"]);
        Codes("a: { port: 30080, engine: kubernetes, kubernetes: { entry: proxy, context: a } }\n  b: { port: 30080, engine: kubernetes, kubernetes: { entry: proxy, context: b } }").ShouldBeEmpty();

        static IEnumerable<string> Codes(string environments) => ApplicationReader
            .Read(new FakeSourceFiles(("compose.yaml", Compose), ("towpath.yaml", "application: shop\nenvironments:\n  " + environments)), [])
            .Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code);
    }

    private static (EnvironmentSpec Environment, string[] Codes) Production(string keys)
    {
        var reading = ApplicationReader.Read(Files(keys), []);
        return (reading.Application.ShouldNotBeNull(string.Join('\n', reading.Diagnostics.Select(DiagnosticWriter.WriteLine))).Ladder.Environments[0], [.. reading.Diagnostics.Select(d => d.Code)]);
    }

    private static FakeSourceFiles Files(string keys) => new(
        ("compose.yaml", Compose),
        ("towpath.yaml", "application: shop\nenvironments:\n  production:\n" + string.Concat(keys.Split('\n').Select(line => $"    {line}\n"))));
}
