using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>What the API itself refuses or fails at: TP70xx.</summary>
public static class ApiDiagnostics
{
    /// <summary>TP7001: a fault of Towpath's own. The cause stays in the server's log.</summary>
    public static Diagnostic Internal(string trace) => new(
        "TP7001",
        Severity.Error,
        "the control plane met a fault of its own",
        Notes: [$"its log has the details under trace {trace}"],
        Help: "look into the control plane's log (`serve.log` in the state folder) and report what it says");

    /// <summary>TP7002: no token, or not the right one.</summary>
    public static Diagnostic Unauthorised() => new(
        "TP7002",
        Severity.Error,
        "the control plane does not accept this token",
        Notes: ["every request needs the header `Authorization: Bearer TOKEN`"],
        Help: "the owner of the machine runs `towpath up`, which keeps the token in `$XDG_CONFIG_HOME/towpath/token`; others run `towpath login`, or set TOWPATH_TOKEN");

    /// <summary>TP7003: the Host header names another machine.</summary>
    /// <param name="why">What is not as it must be.</param>
    public static Diagnostic ForeignHost(string why) => new(
        "TP7003",
        Severity.Error,
        "the control plane does not answer to this name",
        Notes: [why, "a web page could otherwise reach it through a name that it points here"],
        Help: "on its machine use http://127.0.0.1:PORT or http://localhost:PORT; from elsewhere what `url` in `server.yaml` says");

    /// <summary>TP7004: body over the limit.</summary>
    public static Diagnostic TooLarge() => new(
        "TP7004",
        Severity.Error,
        "the request is too large",
        Notes: ["the limit is 1 MB"],
        Help: "send less: commits are read from the repository, not from the request");

    /// <summary>TP7005: a limit on requests is reached.</summary>
    public static Diagnostic TooMany() => new(
        "TP7005",
        Severity.Error,
        "too many requests at one time",
        Help: "try again in a moment");

    /// <summary>TP7006: the request can't be read.</summary>
    public static Diagnostic Malformed(string why) => new(
        "TP7006",
        Severity.Error,
        "the request can't be read",
        Notes: [why],
        Help: "use the `towpath` program of the same version as the control plane");

    /// <summary>TP7007: the call took too long.</summary>
    public static Diagnostic TimedOut() => new(
        "TP7007",
        Severity.Error,
        "the control plane did not finish this call in time",
        Help: "look at `towpath status`: what was asked for may still be under way");

    /// <summary>TP7008: no such route or method.</summary>
    public static Diagnostic NoSuchRoute() => new(
        "TP7008",
        Severity.Error,
        "the API has no such route",
        Help: "use the `towpath` program of the same version as the control plane");

    /// <summary>TP7030: the route is there, and has other methods.</summary>
    public static Diagnostic OtherMethod(string method, string allowed) => new(
        "TP7030",
        Severity.Error,
        $"this route has no method {method}",
        Notes: [allowed.Length == 0 ? "it has other ones" : $"it has {allowed}"],
        Help: "look at `/api/v1/openapi.json`, which names all routes and methods");

    /// <summary>TP7031: a body that is no JSON.</summary>
    public static Diagnostic OtherMediaType() => new(
        "TP7031",
        Severity.Error,
        "the request's body must be JSON",
        Notes: ["the header `Content-Type: application/json` says that it is"],
        Help: "send a JSON document with that header; with curl: `--json '{...}'`");

    /// <summary>TP7032: a page of a list that can't be had.</summary>
    public static Diagnostic NoSuchPage(string why) => new(
        "TP7032",
        Severity.Error,
        "the list has no such page",
        Notes: [why],
        Help: "ask without `cursor` for the first page, then hand on `next` as it is");

    /// <summary>TP7033: too many requests in a time.</summary>
    public static Diagnostic TooFast() => new(
        "TP7033",
        Severity.Error,
        "too many requests with this token in a short time",
        Notes: ["each token has its own allowance, which comes back by the second"],
        Help: "wait as long as the header `Retry-After` says; follow `/api/v1/events` instead of asking again and again");

    /// <summary>TP7034: all streams are taken.</summary>
    public static Diagnostic TooManyStreams(int most, bool ofCaller) => new(
        "TP7034",
        Severity.Error,
        "too many streams are open",
        Notes: [ofCaller ? $"one caller has {most} at most" : $"the control plane has {most} at most"],
        Help: "close one; a single stream without `application` carries the facts of all applications");

    /// <summary>TP7035: no such run, deployment or step.</summary>
    /// <param name="what">What there is not, as <c>run p-9</c>.</param>
    /// <param name="where">Where it was looked for.</param>
    public static Diagnostic NotThere(string what, string where) => new(
        "TP7035",
        Severity.Error,
        $"{where} has no {what}",
        Help: "the list that it would be on shows what there is");
}
