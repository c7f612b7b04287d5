using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Schemas;

/// <summary>The published schemas say what the readers do: the same keys, and the same verdict on a table of documents.</summary>
public sealed class PublishedSchemaTests
{
    private static readonly JsonObject Ladder = JsonNode.Parse(PublishedSchemas.Read("towpath"))!.AsObject();
    private static readonly JsonObject Delivery = JsonNode.Parse(PublishedSchemas.Read("x-towpath"))!.AsObject();

    // The subject of each key table of the readers, and the definition that tells of it.
    private static readonly Dictionary<string, JsonNode?> Definitions = new()
    {
        ["towpath.yaml"] = Ladder["$defs"]!["file"],
        ["an environment"] = Ladder["$defs"]!["environment"],
        ["a service of an environment"] = Ladder["$defs"]!["override"],
        ["a probe"] = Ladder["$defs"]!["probe"],
        ["escalation"] = Ladder["$defs"]!["escalation"],
        ["review"] = Ladder["$defs"]!["review"],
        ["lead"] = Ladder["$defs"]!["lead"],
        ["delivery"] = Ladder["$defs"]!["delivery"],
        ["confirmation"] = Ladder["$defs"]!["confirmation"],
        ["window"] = Ladder["$defs"]!["window"],
        ["a holiday"] = Ladder["$defs"]!["holiday"],
        ["demo"] = Ladder["$defs"]!["demo"],
        ["a freeze"] = Ladder["$defs"]!["freeze"],
        ["image"] = Ladder["$defs"]!["image"],
        ["vulnerabilities"] = Ladder["$defs"]!["vulnerabilities"],
        ["an exception"] = Ladder["$defs"]!["exception"],
        ["strategy"] = Ladder["$defs"]!["strategyMapping"],
        ["rolling"] = Ladder["$defs"]!["rolling"],
        ["blue-green"] = Ladder["$defs"]!["blueGreen"],
        ["canary"] = Ladder["$defs"]!["canary"],
        ["analysis"] = Ladder["$defs"]!["analysis"],
        ["recreate"] = Ladder["$defs"]!["recreate"],
        ["slo"] = Ladder["$defs"]!["slo"],
        ["latency"] = Ladder["$defs"]!["latency"],
        ["agreement"] = Ladder["$defs"]!["agreement"],
        ["contract"] = Ladder["$defs"]!["contract"],
        ["a rule of the contract"] = Ladder["$defs"]!["rule"],
        ["contract.credentials"] = Ladder["$defs"]!["credentials"],
        ["an entry of contract.credentials.allow"] = Ladder["$defs"]!["allowed"],
        ["the ports of a service"] = Ladder["$defs"]!["servicePorts"],
        ["kubernetes"] = Ladder["$defs"]!["kubernetes"],
        ["tls of kubernetes"] = Ladder["$defs"]!["tls"],
        ["git of kubernetes"] = Ladder["$defs"]!["gitDelivery"],
        ["storage"] = Ladder["$defs"]!["storage"],
        ["a volume of storage"] = Ladder["$defs"]!["volumeClaim"],
        ["scale"] = Delivery["$defs"]!["scale"],
        ["schedule"] = Delivery["$defs"]!["schedule"],
        ["x-towpath"] = Delivery["$defs"]!["service"],
        ["health"] = Delivery["$defs"]!["health"],
        ["route"] = Delivery["$defs"]!["route"],
        ["migrate"] = Delivery["$defs"]!["migrate"],
        ["test"] = Delivery["$defs"]!["test"],
        ["trial"] = Delivery["$defs"]!["trial"],
        ["postgres"] = Delivery["$defs"]!["postgres"],
        ["rabbitmq"] = Delivery["$defs"]!["rabbitmq"],
        ["a variable of x-towpath"] = Delivery["$defs"]!["variable"],
        ["backup"] = Delivery["$defs"]!["backup"],
        ["x-towpath of a secret"] = Delivery["$defs"]!["secret"],
    };

    // Read by words of their own, not by a table.
    private static readonly string[] WithoutTable = ["gateMapping", "resource"];

    // Compose's own keys, which have Compose's own schema.
    private static readonly Type[] OfCompose = [typeof(CarriedKeys), typeof(ClusterKeys), typeof(KernelReader)];

    [Fact]
    public void Schemas_ForEachTableOfTheReaders_KnowTheSameKeys()
    {
        var tables = typeof(Application).Assembly.GetTypes()
            .Where(t => t.Namespace == "Towpath.Core.Applications.Readers" && !OfCompose.Contains(t))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(f => f.FieldType == typeof(KeyTable))
            .Select(f => (KeyTable)f.GetValue(null)!)
            .Append(CarriedKeys.SecretDelivery)
            .ToList();

        tables.Select(t => t.Subject).ShouldBe(Definitions.Keys, ignoreOrder: true);
        foreach (var table in tables)
        {
            Definitions[table.Subject].ShouldNotBeNull(table.Subject)["properties"]!.AsObject().Select(p => p.Key).ShouldBe(table.Known, ignoreOrder: true, table.Subject);
        }
    }

    [Fact]
    public void Schemas_EachMapping_HasATableBehindIt()
    {
        var mappings = new[] { Ladder, Delivery }.SelectMany(schema => schema["$defs"]!.AsObject()).Where(d => d.Value!["properties"] is not null);
        mappings.Where(d => !WithoutTable.Contains(d.Key) && !Definitions.ContainsValue(d.Value)).Select(d => d.Key).ShouldBeEmpty();
    }

    [Fact]
    public void Schemas_EachKey_HasADescriptionForEditors()
    {
        foreach (var (name, definition) in new[] { Ladder, Delivery }.SelectMany(schema => schema["$defs"]!.AsObject()))
        {
            foreach (var (key, value) in definition!["properties"]?.AsObject() ?? [])
            {
                value!["description"]?.GetValue<string>().ShouldNotBeNullOrEmpty($"{name}.{key}");
                value["description"].ShouldNotBeNull($"{name}.{key}");
            }
        }
    }

    [Theory]
    [InlineData(true, "environments: { production: }")]
    [InlineData(false, "environments: {}")]
    [InlineData(false, "application: Shop\nenvironments: { production: {} }")]
    [InlineData(false, "environments: { Production: {} }")]
    [InlineData(false, "environments: [production]")]
    [InlineData(false, "environments: { production: {} }\nowner: me")]
    [InlineData(true, "environments: { production: { port: 8080, address: 0.0.0.0, promote: manual, ready: 1m30s } }")]
    [InlineData(false, "environments: { production: { port: 80800 } }")]
    [InlineData(false, "environments: { production: { address: everywhere } }")]
    [InlineData(false, "environments: { production: { promote: sometimes } }")]
    [InlineData(false, "environments: { production: { ready: soon } }")]
    [InlineData(false, "environments: { production: { ready: 30 } }")]
    [InlineData(true, "environments: { production: { engine: kubernetes } }")]
    [InlineData(true, "environments: { production: { engine: containers } }")]
    [InlineData(false, "environments: { production: { engine: nomad } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, namespace: shop } }")]
    [InlineData(true, "environments: { production: { engine: kubernetes, kubernetes: { context: c, namespace: shop, entry: gateway, class: haproxy, gateway: infra/public, host: shop.example.org, tls: shop-tls } } }")]
    [InlineData(true, "environments: { production: { engine: kubernetes, kubernetes: { host: shop.example.org, tls: { secret: a, issuer: b }, registry: 'registry.example.org:5000/shop/', pull-secret: p, wait-image: w, quota: 150% } } }")]
    [InlineData(true, "environments: { production: { engine: kubernetes, kubernetes: { storage: { class: fast, size: 2g, volumes: {} }, quota: 'off', entry-namespace: { app.kubernetes.io/name: ingress } } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { namespace: Shop } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { entry: door } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { host: 'https://shop.example.org' } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { host: 10.0.0.1 } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { tls: shop-tls } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { host: a.b, tls: { issuer: b } } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { registry: 'https://registry.example.org' } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { quota: 90% } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { quota: 2 } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { storage: { size: much } } } }")]
    [InlineData(false, "environments: { production: { engine: kubernetes, kubernetes: { ingress: x } } }")]
    [InlineData(true, "environments: { production: { slo: { availability: 99.9% }, strategy: { canary: {} } } }")]
    [InlineData(true, "environments: { production: { strategy: blue-green, warm: 0s, drift: report } }")]
    [InlineData(true, "environments: { production: { strategy: { rolling: { surge: 2, unavailable: 25% } } } }")]
    [InlineData(true, "environments: { production: { strategy: { blue-green: { by-hand: yes } } } }")]
    [InlineData(true, "environments: { production: { strategy: { recreate: }, services: { web: { strategy: { canary: [5, 20%] } } } } }")]
    [InlineData(true, "environments: { production: { strategy: { canary: { steps: [10%, 50], interval: 1m, analysis: { requests: 100, errors: 1%, abort: 5%, patience: 5m }, by-hand: true } } } }")]
    [InlineData(false, "environments: { production: { strategy: slowly } }")]
    [InlineData(false, "environments: { production: { strategy: {} } }")]
    [InlineData(false, "environments: { production: { strategy: { canary: {}, rolling: {} } } }")]
    [InlineData(false, "environments: { production: { strategy: { recreate: { surge: 1 } } } }")]
    [InlineData(false, "environments: { production: { strategy: { rolling: { surge: some } } } }")]
    [InlineData(false, "environments: { production: { strategy: { rolling: { surge: 101 } } } }")]
    [InlineData(false, "environments: { production: { strategy: { canary: [] } } }")]
    [InlineData(false, "environments: { production: { strategy: { canary: { steps: [100%] } } } }")]
    [InlineData(false, "environments: { production: { strategy: { canary: { steps: [0] } } } }")]
    [InlineData(false, "environments: { production: { strategy: { canary: { analysis: { requests: 0 } } } } }")]
    [InlineData(false, "environments: { production: { drift: ignore } }")]
    [InlineData(false, "environments: { production: { warm: a while } }")]
    [InlineData(true, "environments: { production: { slo: { latency: { p99: 1s }, window: 7d } } }")]
    [InlineData(false, "environments: { production: { slo: { availability: 0.999 } } }")]
    [InlineData(false, "environments: { production: { slo: { latency: { p42: 1s } } } }")]
    [InlineData(false, "environments: { production: { slo: { latency: { p50: 1s, p99: 2s } } } }")]
    [InlineData(true, "environments: { production: { verify: smoke, verify-every: 5m } }\nverify: { smoke: { get: / } }")]
    [InlineData(true, "environments: { development: , production: { gates: [ pipeline, contract, request, { lead: 24h } ] } }")]
    [InlineData(true, "environments: { production: { slo: { availability: 99% }, gates: [ { budget: 20%, image: { size: 500mb, non-root: yes } } ] } }")]
    [InlineData(true, "environments: { production: { gates: [ window: { days: [mon-thu, sat], hours: '22:00-04:00', zone: Europe/Brussels, freeze: [ 2026-12-24, { from: 2027-01-01, to: 2027-01-02, because: x } ] } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { days: someday, zone: UTC } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { hours: all, zone: UTC } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { days: mon } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { zone: UTC } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { zone: UTC, freeze: [ christmas ] } ] } }")]
    [InlineData(true, "environments: { production: { gates: [ window: { zone: UTC, holidays: [ 12-25, 2026-05-14, { from: 12-24, to: 01-02, because: x } ], demo: { days: [ 2026-12-10 ], before: 1d } } ] } }")]
    [InlineData(true, "environments: { production: { gates: [ window: { zone: UTC, holidays: 12-25, demo: 2026-12-10 } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { zone: UTC, holidays: [ easter ] } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { zone: UTC, demo: { before: 1d } } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ window: { zone: UTC, demo: 12-10 } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ budget: 0.2 ] } }")]
    [InlineData(false, "environments: { production: { gates: [ lead ] } }")]
    [InlineData(true, "environments: { production: { gates: [ lead: { time: 24h, from: final }, delivery: { final: yes } ] } }")]
    [InlineData(true, "environments: { production: { gates: [ delivery ] } }")]
    [InlineData(true, "environments: { production: { escalation: { channel: 1h, meeting: 2h, supervisor: 1d } } }\nescalation: { channel: 4h, meeting: 1d, supervisor: 3d }")]
    [InlineData(false, "environments: { production: }\nescalation: { channel: 4h, meeting: 1d }")]
    [InlineData(false, "environments: { production: { escalation: 4h } }")]
    [InlineData(true, "environments: { production: }\nreview: { every: mon 09:00, zone: Europe/Brussels }")]
    [InlineData(true, "environments: { production: }\nreview: { every: \"Mon, wed-fri 9:00\", zone: UTC }")]
    [InlineData(true, "environments: { production: }\nreview: { every: daily 23:59, zone: UTC }")]
    [InlineData(false, "environments: { production: }\nreview: { every: mon 09:00 }")]
    [InlineData(false, "environments: { production: }\nreview: { every: monday 09:00, zone: UTC }")]
    [InlineData(false, "environments: { production: }\nreview: { every: mon, zone: UTC }")]
    [InlineData(false, "environments: { production: }\nreview: { every: 09:00, zone: UTC }")]
    [InlineData(false, "environments: { production: }\nreview: daily 09:00")]
    [InlineData(false, "environments: { production: }\nreview: { every: daily 09:00, zone: UTC, at: noon }")]
    [InlineData(false, "environments: { production: { gates: [ lead: { from: final } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ lead: { time: 24h, from: now } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ delivery: { last: yes } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ image: {} ] } }")]
    [InlineData(false, "environments: { production: { gates: [ pipeline: false ] } }")]
    [InlineData(false, "environments: { production: { gates: [ contract: perhaps ] } }")]
    [InlineData(true, "environments: { production: { gates: [ confirmation: { roles: [ops], not-author: true, valid: 12h } ] } }")]
    [InlineData(true, "environments: { production: { services: { web: { replicas: 3, environment: { A: 1, B: } } } } }")]
    [InlineData(true, "environments: { production: { services: { web: { environment: [A=1] } } } }")]
    [InlineData(false, "environments: { production: { services: { web: { replicas: 101 } } } }")]
    [InlineData(false, "environments: { production: { services: { web: { image: x } } } }")]
    [InlineData(true, "environments: { staging: , production: { gates: [ { soak: 10m }, { confirmation: { roles: [ops], distinct: yes } } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ { soak: } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ { confirmation: { roles: [] } } ] } }")]
    [InlineData(false, "environments: { production: { gates: [ { window: {} } ] } }")]
    [InlineData(false, "environments: { production: { gates: { soak: 1m } } }")]
    [InlineData(true, "environments: { production: { verify: smoke } }\nverify: { smoke: { get: /a?b=1, expect: 204, contains: 7, within: 500ms } }")]
    [InlineData(false, "environments: { production: {} }\nverify: { smoke: { expect: 200 } }")]
    [InlineData(false, "environments: { production: {} }\nverify: { smoke: { get: http://a/b } }")]
    [InlineData(false, "environments: { production: {} }\nverify: { smoke: { get: /a, expect: 700 } }")]
    [InlineData(true, "environments: { production: {} }\ncontract: { level: strict, rules: { not-root: off, TP2101: { severity: error, services: [web], because: it must } } }")]
    [InlineData(false, "environments: { production: {} }\ncontract: { level: lax }")]
    [InlineData(false, "environments: { production: {} }\ncontract: { rules: { not-root: maybe } }")]
    [InlineData(false, "environments: { production: {} }\ncontract: { rules: { not-root: { because: x } } }")]
    [InlineData(true, "environments: { production: {} }\ncontract: { credentials: { allow: [ { path: a/b, because: it is a sample } ] } }")]
    [InlineData(false, "environments: { production: {} }\ncontract: { credentials: { allow: [ { path: a/b } ] } }")]
    [InlineData(true, "environments: { production: { gates: [ agreement ] } }\nagreement: AGREEMENT.md")]
    [InlineData(true, "environments: { production: { gates: [ { agreement: no } ] } }")]
    [InlineData(true, "environments: { production: {} }\nagreement: { file: ./AGREEMENT.md, sides: [dev, ops, sec] }")]
    [InlineData(false, "environments: { production: {} }\nagreement:")]
    [InlineData(false, "environments: { production: {} }\nagreement: [ AGREEMENT.md ]")]
    [InlineData(false, "environments: { production: {} }\nagreement: { sides: [dev, ops] }")]
    [InlineData(false, "environments: { production: {} }\nagreement: { file: AGREEMENT.md, sides: [dev] }")]
    [InlineData(false, "environments: { production: {} }\nagreement: { file: AGREEMENT.md, sides: [dev, dev] }")]
    [InlineData(false, "environments: { production: {} }\nagreement: { file: AGREEMENT.md, sides: [Dev, ops] }")]
    [InlineData(false, "environments: { production: {} }\nagreement: { file: AGREEMENT.md, sides: dev }")]
    [InlineData(false, "environments: { production: {} }\nagreement: { file: AGREEMENT.md, sides: }")]
    [InlineData(false, "environments: { production: {} }\nagreement: { file: AGREEMENT.md, signed: yes }")]
    [InlineData(true, "environments: { production: {} }\nports: { web: { listen: 80, publish: 8080, protocol: http } }")]
    [InlineData(false, "environments: { production: {} }\nports: { web: http }")]
    public void Ladder_OfATableOfDocuments_IsJudgedByTheSchemaAsByTheReader(bool valid, string text)
    {
        new SchemaEvaluator(Ladder).IsValid(Json(text)).ShouldBe(valid);
        var whole = text.StartsWith("application:", StringComparison.Ordinal) ? text : "application: shop\n" + text;
        Errors("services: { web: { image: a, expose: [80] } }", whole).ShouldBe(!valid, text);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(true, "owner: backend, health: /healthz, route: /api, port: 8000")]
    [InlineData(false, "owner: ''")]
    [InlineData(false, "owners: backend")]
    [InlineData(false, "health: healthz")]
    [InlineData(false, "health: '/a b'")]
    [InlineData(true, "health: { ready: /r, live: /l, port: 81 }")]
    [InlineData(false, "health: { live: /l }")]
    [InlineData(false, "health: { ready: /r, path: /p }")]
    [InlineData(true, "route: { path: /x, strip: false }")]
    [InlineData(false, "route: { strip: false }")]
    [InlineData(false, "route: { path: /x, strip: perhaps }")]
    [InlineData(false, "port: 0")]
    [InlineData(false, "port: http")]
    [InlineData(true, "migrate: python -m migrate")]
    [InlineData(true, "migrate: [python, -m, migrate]")]
    [InlineData(true, "migrate: { command: go, timeout: 1h }")]
    [InlineData(true, "migrate: { command: go, reversible: no }")]
    [InlineData(true, "migrate: { command: go, reversible: [go, back] }")]
    [InlineData(false, "migrate: { command: go, reversible: [] }")]
    [InlineData(false, "migrate: { timeout: 1h }")]
    [InlineData(false, "migrate: { command: go, timeout: long }")]
    [InlineData(false, "migrate: []")]
    [InlineData(true, "test: { target: test, timeout: 5m }")]
    [InlineData(false, "test: { target: test, command: go }")]
    [InlineData(false, "test: {}")]
    [InlineData(true, "trial: false")]
    [InlineData(true, "trial: { timeout: 10s }")]
    [InlineData(false, "trial: sometimes")]
    [InlineData(true, "scale: { min: 2, max: 6 }")]
    [InlineData(true, "resources: [ { postgres: { service: web, database: shop } } ]")]
    [InlineData(false, "resources: [ { postgres: { service: web } } ]")]
    [InlineData(false, "resources: [ { postgres: { service: web, database: shop, user: shop } } ]")]
    [InlineData(true, "resources: [ { rabbitmq: { service: web, exchange: e, type: fanout, durable: true } } ]")]
    [InlineData(false, "resources: [ { rabbitmq: { service: web, exchange: e, queue: q } } ]")]
    [InlineData(false, "resources: [ { rabbitmq: { service: web, exchange: e, type: odd } } ]")]
    [InlineData(false, "resources: [ { mysql: { service: web } } ]")]
    [InlineData(true, "variables: { A: what it is for, B: { meaning: m, secret: true, required: no } }")]
    [InlineData(false, "variables: { A: { secret: true } }")]
    [InlineData(true, "backup: { command: [pg_dump], every: 12h, keep: 3 }")]
    [InlineData(true, "backup: { none: it can be made anew }")]
    [InlineData(false, "backup: { command: a, none: b }")]
    [InlineData(false, "backup: { every: 12h }")]
    [InlineData(false, "backup: { command: a, keep: 0 }")]
    public void Delivery_OfATableOfDocuments_IsJudgedByTheSchemaAsByTheReader(bool valid, string keys)
    {
        var text = $"services:\n  web:\n    build: .\n    expose: [80]\n    x-towpath: {{ {keys} }}\n";
        new SchemaEvaluator(Delivery).IsValid(Json(text)).ShouldBe(valid);
        Errors(text, "application: shop\nenvironments: { production: {} }").ShouldBe(!valid, keys);
    }

    [Theory]
    [InlineData(true, "scale: { min: 2, max: 6, cpu: 70%, memory: 80%, requests: 100/s }")]
    [InlineData(true, "scale: { max: 6, requests: 0.5/s }")]
    [InlineData(false, "scale: { min: 2, requests: 100/s }")]
    [InlineData(false, "scale: { min: 0, max: 2, requests: 100/s }")]
    [InlineData(false, "scale: { max: 2, cpu: 0% }")]
    [InlineData(false, "scale: { max: 2, cpu: 0.7 }")]
    [InlineData(false, "scale: { max: 2, requests: 100 }")]
    [InlineData(false, "scale: { max: 2, requests: 1/s, latency: 1s }")]
    [InlineData(true, "schedule: '*/5 0-6,22 1 jan-mar mon'")]
    [InlineData(true, "schedule: { cron: '@daily', zone: Europe/Brussels }")]
    [InlineData(false, "schedule: { zone: Europe/Brussels }")]
    [InlineData(false, "schedule: '* * * *'")]
    [InlineData(false, "schedule: '@often'")]
    [InlineData(false, "schedule: [ '@daily' ]")]
    public void Delivery_OnKubernetes_IsJudgedByTheSchemaAsByTheReader(bool valid, string keys)
    {
        var text = $"services:\n  web:\n    build: .\n    expose: [80]\n    deploy: {{ resources: {{ limits: {{ cpus: '1', memory: 64m }} }} }}\n    x-towpath: {{ {keys} }}\n";
        new SchemaEvaluator(Delivery).IsValid(Json(text)).ShouldBe(valid);
        Errors(text, "application: shop\nenvironments: { production: { engine: kubernetes } }").ShouldBe(!valid, keys);
    }

    [Theory]
    [InlineData(true, "generate: 32")]
    [InlineData(false, "generate: 7")]
    [InlineData(false, "length: 32")]
    public void SecretDelivery_OfATableOfDocuments_IsJudgedByTheSchemaAsByTheReader(bool valid, string keys)
    {
        var text = $"services: {{ web: {{ image: a }} }}\nsecrets: {{ key: {{ external: true, x-towpath: {{ {keys} }} }} }}\n";
        new SchemaEvaluator(Delivery).IsValid(Json(text)).ShouldBe(valid);
        Errors(text, "application: shop\nenvironments: { production: {} }").ShouldBe(!valid, keys);
    }

    private static bool Errors(string compose, string ladder) =>
        ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", ladder), ("Dockerfile", "FROM scratch AS test"), ("AGREEMENT.md", "We ship on Mondays.")), []).Diagnostics
            .Any(d => d.Severity == Severity.Error);

    private static JsonNode? Json(string yaml) => Json(YamlReader.Read(new SourceText("a.yaml", yaml), new DiagnosticBag())!);

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(e => KeyValuePair.Create(e.Name, Json(e.Value)))),
        YamlSequence list => new JsonArray([.. list.Items.Select(Json)]),
        { IsNull: true } => null,
        YamlScalar { IsPlain: true, Value: "true" or "false" } scalar => scalar.Value == "true",
        YamlScalar { IsPlain: true } scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalar scalar => scalar.Value,
        _ => throw new NotSupportedException(),
    };
}
