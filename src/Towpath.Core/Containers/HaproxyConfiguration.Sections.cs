using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Towpath.Core.Containers;

// The sections of the file, in their order. Comments in the file itself are for whoever looks into a running gateway.
public static partial class HaproxyConfiguration
{
    private static void AppendGlobal(StringBuilder text, GatewayDesired desired, HaproxyOptions options) => text.Append(
        CultureInfo.InvariantCulture,
        $"""
        # Written by Towpath; changes are overwritten.
        global
            description "STRUCTURE ${GenerationVariable}"
            log stdout len 8192 format raw local0 info
            stats socket {options.Folder}/{SocketName} mode 600 level admin expose-fd listeners
            stats timeout 1m
            maxconn {desired.MaxConnections}
            hard-stop-after {(long)Math.Ceiling(desired.DrainTime.TotalSeconds)}s
            lua-load {options.Folder}/{LuaFileName}


        """);

    // Clients, servers: five quiet minutes are enough for a slow upload or an event stream that sends a sign of life now and then.
    // A removed container's address swallows packets, so connecting gives up early and tries another server. A request that may
    // have had an effect is sent again only when it never left: see disable-l7-retry in the frontends.
    private static void AppendDefaults(StringBuilder text) => text.Append(
        """
        defaults
            mode http
            log global
            option dontlognull
            option forwardfor
            option idle-close-on-response
            timeout http-request 10s
            timeout http-keep-alive 30s
            timeout client 5m
            timeout server 5m
            timeout tunnel 1h
            timeout client-fin 10s
            timeout connect 500ms
            timeout queue 30s
            timeout check 2s
            retries 3
            option redispatch 1
            retry-on conn-failure empty-response
            unique-id-format %[uuid()]
            log-format '{"at":%Ts.%ms,"id":"%[var(txn.id)]","client":"%ci","entry":"%f","backend":"%b","server":"%s","status":%ST,"method":"%HM","path":"%[var(txn.path),json(utf8s)]","bytes":%B,"request_ms":%TR,"queue_ms":%Tw,"connect_ms":%Tc,"response_ms":%Tr,"total_ms":%Ta,"retries":"%rc","end":"%ts"}'
            http-error status 502 content-type application/json string '{"error":"the service broke off its answer"}'
            http-error status 503 content-type application/json string '{"error":"no replica of the service is up"}'
            http-error status 504 content-type application/json string '{"error":"the service did not answer in time"}'


        """);

    private static void AppendPublic(StringBuilder text, GatewayDesired desired, HaproxyOptions options)
    {
        text.Append(CultureInfo.InvariantCulture, $"frontend {EntryName}\n    bind {options.BindAddress}:{options.PublicPort}\n");
        AppendRequestRules(text);
        AppendSlow(text, desired, 0, $"str({EntryName})");
        AppendRoutes(text, desired.Routes);
    }

    // A socket in the gateway's folder, which nobody but Towpath may enter. The caller names the replica that is to answer, and the
    // answer names the one that did: another one, after a failed connection, would prove nothing.
    private static void AppendPrivate(StringBuilder text, GatewayDesired desired, HaproxyOptions options)
    {
        text.Append($"frontend private\n    bind unix@{options.Folder}/{PrivateSocketName} mode 600\n");
        AppendRequestRules(text);
        text.Append($"    http-request set-var(txn.server) req.hdr({ServerHeader})\n");
        text.Append($"    http-request del-header {ServerHeader}\n");
        text.Append($"    http-response set-header {ServerHeader} %[srv_name]\n");
        AppendRoutes(text, desired.PrivateRoutes ?? desired.Routes);
    }

    private static void AppendRoutes(StringBuilder text, ImmutableArray<GatewayRoute> all)
    {
        text.Append("    http-request del-header X-Forwarded-Prefix\n");

        // From the shortest path to the longest: the last rule that matches is the longest match.
        var routes = all.OrderBy(r => Prefix(r.Path).Length).ThenBy(r => r.Path, StringComparer.Ordinal).ToList();
        foreach (var (index, route) in routes.Index())
            text.Append(CultureInfo.InvariantCulture, $"    http-request set-var(txn.route) int({index}) if {Match(Prefix(route.Path))}\n");
        text.Append("    http-request return status 404 content-type application/json string '{\"error\":\"no route for this path\"}' unless { var(txn.route) -m found }\n");
        foreach (var (index, route) in routes.Index().Where(r => r.Item.Strip && Prefix(r.Item.Path).Length > 0))
            AppendStrip(text, index, Prefix(route.Path));
        foreach (var (index, route) in routes.Index())
            text.Append(CultureInfo.InvariantCulture, $"    use_backend {route.Service} if {{ var(txn.route) -m int {index} }}\n");
        text.Append('\n');
    }

    // The time until an answer begins, counted only where it is above the objective. The table's name can't be that of a service.
    private static void AppendSlow(StringBuilder text, GatewayDesired desired, int counter, string key)
    {
        if (desired.SlowAfter is not { } limit) return;
        var slow = string.Create(CultureInfo.InvariantCulture, $"if {{ date(0,ms),sub(txn.began) -m int gt {(long)limit.TotalMilliseconds} }}");
        text.Append($"    http-response set-var-fmt(txn.replica) %[be_name]/%[srv_name] {slow}\n");
        text.Append(CultureInfo.InvariantCulture, $"    http-response track-sc{counter} {key} table {SlowTable} {slow}\n");
        text.Append(CultureInfo.InvariantCulture, $"    http-response sc-inc-gpc0({counter}) {slow}\n");
    }

    private static void AppendSlowTable(StringBuilder text, GatewayDesired desired)
    {
        if (desired.SlowAfter is not null) text.Append($"{BackendLine}{SlowTable}\n    stick-table type string len 401 size 10k store gpc0\n\n");
    }

    private static string Match(string prefix) => prefix.Length == 0
        ? "{ path_beg '/' }"
        : $"{{ path -m str '{prefix}' }} || {{ path_beg '{prefix}/' }}";

    private static void AppendStrip(StringBuilder text, int index, string prefix)
    {
        var condition = string.Create(CultureInfo.InvariantCulture, $"if {{ var(txn.route) -m int {index} }}");
        text.Append($"    http-request set-header X-Forwarded-Prefix '{prefix.Replace("%", "%%", StringComparison.Ordinal)}' {condition}\n");
        text.Append($"    http-request replace-path '^{EscapeExpression(prefix)}/?(.*)' '/\\1' {condition}\n");
    }

    private static string EscapeExpression(string literal) =>
        string.Concat(literal.Select(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' ? c.ToString() : $"\\{c}"));

    private static void AppendInternal(StringBuilder text, GatewayDesired desired, int port, HaproxyOptions options)
    {
        text.Append(CultureInfo.InvariantCulture, $"frontend internal-{port}\n    bind {options.BindAddress}:{port}\n");
        AppendRequestRules(text);
        text.Append("    http-request set-var(txn.host) req.hdr(host),host_only,lower\n");
        var services = desired.Backends.Where(b => b.Port == port).Select(b => b.Service).Order(StringComparer.Ordinal).ToList();
        var known = string.Join(" || ", services.Select(Host));
        text.Append($"    http-request return status 404 content-type application/json string '{{\"error\":\"no service of this name at this port\"}}' unless {known}\n");
        foreach (var service in services)
            text.Append($"    use_backend {service} if {Host(service)}\n");
        text.Append('\n');

        static string Host(string service) => $"{{ var(txn.host) -m str '{service.ToLowerInvariant()}' }}";
    }

    // An identifier that a caller gave is kept, so that one can be followed through all services. Proto and host are kept too:
    // a TLS terminator in front, or the gateway itself on the way in, knows them better than a call between services.
    private static void AppendRequestRules(StringBuilder text) => text.Append(
        """
            http-request set-var(txn.began) date(0,ms)
            http-request set-var(txn.path) path,bytes(0,1024)
            http-request set-var(txn.id) req.fhdr(x-request-id) if { req.fhdr(x-request-id) -m reg '^[A-Za-z0-9._:-]{1,128}$' }
            http-request set-var(txn.id) unique-id unless { var(txn.id) -m found }
            http-request set-header X-Request-Id %[var(txn.id)]
            http-after-response set-header X-Request-Id %[var(txn.id)] if { var(txn.id) -m found }
            http-request set-header X-Forwarded-Proto http unless { req.hdr(x-forwarded-proto) -m found }
            http-request set-header X-Forwarded-Host %[req.hdr(host)] unless { req.hdr(x-forwarded-host) -m found }
            http-request disable-l7-retry unless { method GET HEAD OPTIONS }

        """);

    private static void AppendMetrics(StringBuilder text, HaproxyOptions options) => text.Append(
        CultureInfo.InvariantCulture,
        $$"""
        frontend metrics
            bind {{options.BindAddress}}:{{options.MetricsPort}}
            http-request set-log-level silent
            http-request use-service prometheus-exporter if { path /metrics }
            http-request return status 404


        """);

    // A worker that a reload left behind counts no server as usable though it still reaches them: it must not wait (see "stopping").
    private static void AppendBackend(StringBuilder text, GatewayDesired desired, GatewayBackend backend, HaproxyOptions options)
    {
        var service = backend.Service;
        text.Append($"{BackendLine}{service}\n    balance roundrobin\n");
        var nobody = $"if {{ nbsrv({service}) eq 0 }} !{{ stopping }} !{{ var(txn.server) -m found }}";
        text.Append(CultureInfo.InvariantCulture, $"    http-request lua.wait_for_server {service} {(int)options.Wait.TotalMilliseconds} {nobody}\n");
        text.Append($"    http-request return status 503 content-type application/json hdr Retry-After 5 string '{{\"error\":\"no replica of the service is up\"}}' {nobody}\n");
        text.Append("    use-server %[var(txn.server)] if { var(txn.server) -m found }\n");
        AppendSlow(text, desired, 1, "var(txn.replica)");
        if (backend.HealthPath is { } path)
        {
            text.Append("    option httpchk\n");
            text.Append($"    http-check send meth GET uri '{path}' ver HTTP/1.1 hdr Host '{service}' hdr User-Agent towpath-gateway\n");
            text.Append("    http-check expect status 200-299\n");
        }

        text.Append('\n');
    }

    /// <summary>Actions of the configuration, as the Lua file in the gateway's folder.</summary>
    public const string Lua =
        """
        -- Written by Towpath; changes are overwritten.
        -- Makes a request wait while no server of a backend is up: at a first start, in a recreation, after a scale to zero.
        local step_ms = 20

        local function is_stopping(txn)
            local stopping = txn.f:stopping()
            return stopping ~= nil and stopping ~= false and stopping ~= 0
        end

        local function wait_for_server(txn, backend, limit_ms)
            local waited_ms = 0
            while waited_ms < tonumber(limit_ms) and txn.f:nbsrv(backend) == 0 and not is_stopping(txn) do
                core.msleep(step_ms)
                waited_ms = waited_ms + step_ms
            end
        end

        core.register_action("wait_for_server", { "http-req" }, wait_for_server, 2)

        """;
}
