using Microsoft.AspNetCore.Http;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api.Pages;

/// <summary>The page behind the one-time link: whoever has it makes the first administrator's account.</summary>
internal sealed class FirstPages(IServedControlPlane plane)
{
    private const string Code = "code";
    private const int MostOfCode = 100;

    /// <summary>The form.</summary>
    public Task ShowAsync(HttpContext context)
    {
        var code = context.Request.Query[Code].ToString();
        return code.Length is > 0 and <= MostOfCode && plane.IsFirstLink(code)
            ? ShowAsync(context, StatusCodes.Status200OK, code, "", null)
            : GoneAsync(context, new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.FirstLinkGone()));
    }

    /// <summary>Makes the account.</summary>
    public async Task RedeemAsync(HttpContext context)
    {
        var (code, account) = ("", "");
        try
        {
            var form = await FormGuard.ReadAsync(context);
            (code, account) = (form[Code].ToString(), form["account"].ToString());
            if (form["password"] != form["again"]) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.BadPassword("the two passwords differ"));
            if (code.Length > MostOfCode) code = "";
            await plane.RedeemFirstLinkAsync(code, account, form["password"].ToString(), context.RequestAborted);
            Html.Send(context, PageRoutes.Login);
        }
        catch (DiagnosticException refused)
        {
            if (code.Length > 0 && plane.IsFirstLink(code)) await ShowAsync(context, PageRoutes.Status(refused), code, AccountRules.IsName(account) ? account : "", refused);
            else await GoneAsync(context, refused);
        }
    }

    private static Task GoneAsync(HttpContext context, DiagnosticException refused) => Html.SendAsync(context, PageRoutes.Status(refused), "Towpath", Html.Problem(refused) + "<p><a href=\"/login\">Log in</a></p>");

    private static Task ShowAsync(HttpContext context, int status, string code, string account, DiagnosticException? problem) => Html.SendAsync(
        context, status, "The first administrator",
        $"{(problem is null ? "" : Html.Problem(problem))}<form method=\"post\" action=\"/first\">{Html.Hidden(FormGuard.Field, FormGuard.Token(context))}{Html.Hidden(Code, code)}"
        + $"{Html.Field("Account", "account", "text", "username", account)}{Html.Field("Password, 15 characters at least", "password", "password", "new-password")}"
        + $"{Html.Field("The same again", "again", "password", "new-password")}<button>Make the account</button></form>");
}
