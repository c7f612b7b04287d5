using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api.Pages;

/// <summary>The pages of the login: all that is shown to whoever comes.</summary>
internal static class PageRoutes
{
    /// <summary>Where somebody logs in, and sees who is logged in.</summary>
    public const string Login = "/login";

    /// <summary>Where the way to the login provider begins.</summary>
    public const string Provider = "/login/oidc";

    /// <summary>Where it ends.</summary>
    public const string Callback = "/login/oidc/callback";

    /// <summary>Where a session ends.</summary>
    public const string Logout = "/logout";

    /// <summary>Where the first administrator's account is made.</summary>
    public const string First = "/first";

    /// <summary>Where a command line is let in as whoever is logged in.</summary>
    public const string Terminal = "/login/terminal";

    private static readonly string[] All = [Login, Provider, Callback, Logout, First, Terminal];

    /// <summary>Whether a path is one of these, exactly.</summary>
    public static bool IsPage(PathString path) => Array.Exists(All, page => path.Equals(page, StringComparison.Ordinal));

    /// <summary>Adds them.</summary>
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapGet(Login, (HttpContext context, LoginPages pages) => pages.ShowAsync(context)).ExcludeFromDescription();
        app.MapPost(Login, (HttpContext context, LoginPages pages) => pages.LoginAsync(context)).ExcludeFromDescription();
        app.MapPost(Logout, (HttpContext context, LoginPages pages) => pages.LogoutAsync(context)).ExcludeFromDescription();
        app.MapGet(Provider, (HttpContext context, LoginPages pages) => pages.BeginAsync(context)).ExcludeFromDescription();
        app.MapGet(Callback, (HttpContext context, LoginPages pages) => pages.EndAsync(context)).ExcludeFromDescription();
        app.MapGet(Terminal, (HttpContext context) => TerminalPages.ShowAsync(context)).ExcludeFromDescription();
        app.MapPost(Terminal, (HttpContext context, TerminalPages pages) => pages.AnswerAsync(context)).ExcludeFromDescription();
        app.MapGet(First, (HttpContext context, FirstPages pages) => pages.ShowAsync(context)).ExcludeFromDescription();
        app.MapPost(First, (HttpContext context, FirstPages pages) => pages.RedeemAsync(context)).ExcludeFromDescription();
    }

    /// <summary>HTTP status of what went wrong on a page.</summary>
    public static int Status(Towpath.Core.Diagnostics.DiagnosticException exception) => Problems.Of(exception, "").Status;
}
