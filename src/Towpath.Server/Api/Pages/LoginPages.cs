using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Identity.OpenId;

namespace Towpath.Server.Api.Pages;

/// <summary>Logging in and out with a browser, by password or by the login provider.</summary>
internal sealed class LoginPages(IServedControlPlane plane, HostOptions options)
{
    private const string TicketCookie = "towpath-login";
    private const string Return = "return";

    /// <summary>The form; whoever is logged in sees who he is.</summary>
    public Task ShowAsync(HttpContext context) => ShowAsync(context, StatusCodes.Status200OK, LocalPath.Or(context.Request.Query[Return], PageRoutes.Login), "", null);

    /// <summary>A password.</summary>
    public async Task LoginAsync(HttpContext context)
    {
        var (back, account) = (PageRoutes.Login, "");
        try
        {
            var form = await FormGuard.ReadAsync(context);
            (back, account) = (LocalPath.Or(form[Return], PageRoutes.Login), form["account"].ToString());
            await EnterAsync(context, await plane.LoginAsync(new SessionRequest(account, form["password"]), context.RequestAborted), back);
        }
        catch (DiagnosticException refused)
        {
            await ShowAsync(context, PageRoutes.Status(refused), back, AccountRules.IsName(account) ? account : "", refused);
        }
    }

    /// <summary>Ends the session.</summary>
    public async Task LogoutAsync(HttpContext context)
    {
        try
        {
            await FormGuard.ReadAsync(context);
            await EndSessionAsync(context);
            SessionCookie.Clear(context.Response, DoorOf(context));
            Html.Send(context, PageRoutes.Login);
        }
        catch (DiagnosticException refused)
        {
            await ShowAsync(context, PageRoutes.Status(refused), PageRoutes.Login, "", refused);
        }
    }

    /// <summary>Sends the browser to the provider.</summary>
    public async Task BeginAsync(HttpContext context)
    {
        var back = LocalPath.Or(context.Request.Query[Return], PageRoutes.Login);
        try
        {
            var door = DoorOf(context);
            // The provider sends the browser back to the one address that it knows: cookies must be kept for that one.
            if (options.Door.Url is { } url && !url.GetLeftPart(UriPartial.Authority).Equals(door.Origin, StringComparison.OrdinalIgnoreCase))
            {
                Html.Send(context, $"{new Uri(url, PageRoutes.Provider).AbsoluteUri}?{Return}={Uri.EscapeDataString(back)}");
                return;
            }

            var login = await plane.BeginLoginAsync(back, context.RequestAborted);
            // "Lax": the provider's answer comes from its own site, as a link does.
            context.Response.Cookies.Append(SessionCookie.NameAt(door, TicketCookie), login.Cookie, SessionCookie.Options(door, SameSiteMode.Lax, plane.Time.GetUtcNow().AddMinutes(10)));
            Html.Send(context, login.Address.AbsoluteUri);
        }
        catch (DiagnosticException refused)
        {
            await ShowAsync(context, PageRoutes.Status(refused), back, "", refused);
        }
    }

    /// <summary>The browser is back from the provider.</summary>
    public async Task EndAsync(HttpContext context)
    {
        var (door, query) = (DoorOf(context), context.Request.Query);
        var cookie = context.Request.Cookies[SessionCookie.NameAt(door, TicketCookie)];
        context.Response.Cookies.Delete(SessionCookie.NameAt(door, TicketCookie), SessionCookie.Options(door, SameSiteMode.Lax, null));
        try
        {
            var answer = new ProviderReturn(cookie, One(query, "state"), One(query, "code"), One(query, "iss"));
            var login = await plane.EndLoginAsync(answer, context.RequestAborted);
            await EnterAsync(context, login.Session, LocalPath.Or(login.Return, PageRoutes.Login));
        }
        catch (DiagnosticException refused)
        {
            await ShowAsync(context, PageRoutes.Status(refused), PageRoutes.Login, "", refused);
        }
    }

    private static string? One(IQueryCollection query, string name) => query[name] is [{ } value] ? value : null;

    private static Door DoorOf(HttpContext context) => context.Features.GetRequiredFeature<Door>();

    /// <summary>A new login is a new session; the one of before ends, whoever's it was.</summary>
    private static async Task EnterAsync(HttpContext context, NewTokenAnswer session, string back)
    {
        await EndSessionAsync(context);
        SessionCookie.Set(context.Response, DoorOf(context), session);
        Html.Send(context, back);
    }

    private static async Task EndSessionAsync(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<Caller>().IsKnown) return;
        try
        {
            await context.RequestServices.GetRequiredService<IControlPlane>().LogoutAsync(context.RequestAborted);
        }
        catch (DiagnosticException ended) when (ended.ExitCode == ExitCode.NotSignedIn)
        {
            // It ended meanwhile.
        }
    }

    private Task ShowAsync(HttpContext context, int status, string back, string account, DiagnosticException? problem)
    {
        var said = problem is null ? "" : Html.Problem(problem);
        var csrf = Html.Hidden(FormGuard.Field, FormGuard.Token(context));
        var caller = context.RequestServices.GetRequiredService<Caller>();
        if (problem is null && caller.IsKnown)
        {
            var who = caller.Principal();
            var until = who.ExpiresAt is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "";
            return Html.SendAsync(context, status, "Towpath", $"<p>Logged in as <strong>{Html.Text(who.Name)}</strong> until {Html.Text(until)}.</p><p><a href=\"/\">To the dashboard</a></p><form method=\"post\" action=\"/logout\">{csrf}<button>Log out</button></form>");
        }

        var provider = plane.HasProvider ? $"<a class=\"button\" href=\"/login/oidc?{Return}={Html.Text(Uri.EscapeDataString(back))}\">Log in with the provider</a>" : "";
        return Html.SendAsync(
            context, status, "Log in to Towpath",
            $"{said}{provider}<form method=\"post\" action=\"/login\">{csrf}{Html.Hidden(Return, back)}{Html.Field("Account", "account", "text", "username", account)}"
            + $"{Html.Field("Password", "password", "password", "current-password")}<button>Log in</button></form>");
    }
}
