using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api.Pages;

/// <summary>
/// The page that lets a command line in as whoever is logged in here. It gives nothing away before somebody has said so on it. The browser is sent on by a page and not by a redirect: browsers hold the policy of
/// a form's page against where its answer leads.
/// </summary>
internal sealed class TerminalPages(IServedControlPlane plane)
{
    private const string Answer = "answer";
    private const string Yes = "yes";

    /// <summary>The question; whoever is not logged in does that first.</summary>
    public static Task ShowAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (login, fault) = TerminalLogin.Read(One(query["challenge"]), One(query["state"]), One(query["redirect"]), One(query["machine"]));
        if (login is null) return RefuseAsync(context, Bad(fault!));
        if (CallerOf(context).IsKnown) return AskAsync(context, login);
        // Made anew of what was read: nothing else comes along.
        Html.Send(context, $"{PageRoutes.Login}?return={Uri.EscapeDataString($"{PageRoutes.Terminal}?{login.Query}")}");
        return Task.CompletedTask;
    }

    /// <summary>The answer.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var form = await FormGuard.ReadAsync(context);
            var (login, fault) = TerminalLogin.Read(One(form["challenge"]), One(form["state"]), One(form["redirect"]), One(form["machine"]));
            if (login is null) throw Bad(fault!);
            if (!CallerOf(context).IsKnown) throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.LoginNotBegun());
            var isGranted = form[Answer] == Yes;
            var said = isGranted ? $"code={plane.GiveCode(CallerOf(context).Principal().Name, login)}" : "error=access_denied";
            await SendOnAsync(context, $"{login.Redirect}?{said}&state={login.State}", isGranted);
        }
        catch (DiagnosticException refused)
        {
            await RefuseAsync(context, refused);
        }
    }

    private static Task AskAsync(HttpContext context, TerminalLogin login)
    {
        var (door, who) = (context.Features.GetRequiredFeature<Door>(), CallerOf(context).Principal());
        var machine = login.Machine.Length == 0 ? "" : $" It says that it runs on <strong>{Html.Text(login.Machine)}</strong>.";
        return Html.SendAsync(
            context, StatusCodes.Status200OK, "Let the command line in?",
            $"<p>A command line on the machine of this browser wants to act as <strong>{Html.Text(who.Name)}</strong> at <strong>{Html.Text(door.Origin)}</strong>, for {AccountRules.SessionTime.TotalHours:0} hours.{machine}</p>"
            + $"<p>Say yes only if you have just run <code>towpath login --browser</code>, and it shows <strong>{Html.Text(login.Check)}</strong>.</p>"
            + $"<form method=\"post\" action=\"{PageRoutes.Terminal}\">{Html.Hidden(FormGuard.Field, FormGuard.Token(context))}{Html.Hidden("challenge", login.Challenge)}{Html.Hidden("state", login.State)}"
            + $"{Html.Hidden("redirect", login.Redirect)}{Html.Hidden("machine", login.Machine)}<button name=\"{Answer}\" value=\"{Yes}\">Yes, as {Html.Text(who.Name)}</button><button name=\"{Answer}\" value=\"no\">No</button></form>"
            + $"<p>Somebody else? <a href=\"{PageRoutes.Login}\">Log out</a> first.</p>");
    }

    private static Task SendOnAsync(HttpContext context, string address, bool isGranted)
    {
        context.Response.Headers["Refresh"] = $"0; url={address}";
        return Html.SendAsync(
            context, StatusCodes.Status200OK, isGranted ? "Back to the command line" : "Nobody was let in",
            $"<p>If nothing happens, <a rel=\"noreferrer\" href=\"{Html.Text(address)}\">go on</a>.</p>");
    }

    private static Task RefuseAsync(HttpContext context, DiagnosticException refused) =>
        Html.SendAsync(context, PageRoutes.Status(refused), "Towpath", Html.Problem(refused));

    private static DiagnosticException Bad(string fault) => new(ExitCode.Usage, IdentityDiagnostics.BadTerminalLogin(fault));

    private static Caller CallerOf(HttpContext context) => context.RequestServices.GetRequiredService<Caller>();

    private static string? One(Microsoft.Extensions.Primitives.StringValues values) => values is [{ } value] ? value : null;
}
