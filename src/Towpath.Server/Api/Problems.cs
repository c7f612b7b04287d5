using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Kubernetes;

namespace Towpath.Server.Api;

/// <summary>Turns whatever goes wrong into a <see cref="ProblemAnswer"/>: outermost, so that nothing else ever writes an error.</summary>
internal sealed partial class Problems(RequestDelegate next, ILogger<Problems> logger)
{
    private const string RetryAfter_s = "5";

    /// <summary>Runs the rest, then sees to it that a failure has a body.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody reads an answer.
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var (status, problem) = Of(exception, context.TraceIdentifier);
            if (status == StatusCodes.Status500InternalServerError)
            {
                LogFault(exception, context.TraceIdentifier);
            }

            await WriteAsync(context, status, problem);
            return;
        }

        if (!context.Response.HasStarted && context.Response.StatusCode >= 400)
        {
            var status = context.Response.StatusCode;
            await WriteAsync(context, status, OfStatus(context, status));
        }
    }

    /// <summary>Answers with a problem.</summary>
    public static async Task WriteAsync(HttpContext context, int status, ProblemAnswer problem)
    {
        context.Response.StatusCode = status;
        var forGit = GitRoutes.IsClient(context.Request);
        var headers = context.Response.Headers;
        if (status == StatusCodes.Status401Unauthorized) headers.WWWAuthenticate = forGit ? "Basic realm=\"towpath\", charset=\"UTF-8\"" : "Bearer";
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && !headers.ContainsKey(HeaderNames.RetryAfter)) headers.RetryAfter = RetryAfter_s;
        if (forGit)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(string.Concat(problem.Diagnostics.Select(d => DiagnosticWriter.Write(d))), context.RequestAborted);
            return;
        }

        await context.Response.WriteAsJsonAsync(problem.At(status), ApiJson.Options, ApiJson.ProblemMediaType, context.RequestAborted);
    }

    /// <summary>One diagnostic as an answer.</summary>
    public static ProblemAnswer Of(Diagnostic diagnostic, ExitCode exitCode) => new([diagnostic], (int)exitCode);

    /// <summary>Status and body for an exception.</summary>
    public static (int Status, ProblemAnswer Problem) Of(Exception exception, string trace) => exception switch
    {
        DiagnosticException known => (StatusOf(known.ExitCode), new ProblemAnswer(known.Diagnostics, (int)known.ExitCode)),
        KubernetesException cluster => (StatusCodes.Status503ServiceUnavailable, Of(cluster.Diagnostic, ExitCode.EngineUnavailable)),
        Storage.StoreUnavailableException gone => (StatusCodes.Status503ServiceUnavailable, Of(gone.Diagnostic, ExitCode.ControlPlaneUnavailable)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            (StatusCodes.Status413PayloadTooLarge, Of(ApiDiagnostics.TooLarge(), ExitCode.Usage)),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            (StatusCodes.Status415UnsupportedMediaType, Of(ApiDiagnostics.OtherMediaType(), ExitCode.Usage)),
        BadHttpRequestException malformed => (malformed.StatusCode, Of(ApiDiagnostics.Malformed(malformed.Message), ExitCode.Usage)),
        _ => (StatusCodes.Status500InternalServerError, Of(ApiDiagnostics.Internal(trace), ExitCode.Internal)),
    };

    private static ProblemAnswer OfStatus(HttpContext context, int status) => status switch
    {
        StatusCodes.Status404NotFound => Of(ApiDiagnostics.NoSuchRoute(), ExitCode.Internal),
        StatusCodes.Status405MethodNotAllowed => Of(ApiDiagnostics.OtherMethod(context.Request.Method, context.Response.Headers.Allow.ToString()), ExitCode.Internal),
        StatusCodes.Status413PayloadTooLarge => Of(ApiDiagnostics.TooLarge(), ExitCode.Usage),
        StatusCodes.Status415UnsupportedMediaType => Of(ApiDiagnostics.OtherMediaType(), ExitCode.Usage),
        // Only what is counted over a time can say when there is more of it.
        StatusCodes.Status429TooManyRequests when context.Response.Headers.ContainsKey(HeaderNames.RetryAfter) => Of(ApiDiagnostics.TooFast(), ExitCode.Busy),
        StatusCodes.Status429TooManyRequests => Of(ApiDiagnostics.TooMany(), ExitCode.Busy),
        StatusCodes.Status504GatewayTimeout => Of(ApiDiagnostics.TimedOut(), ExitCode.Busy),
        < 500 => Of(ApiDiagnostics.Malformed($"HTTP status {status}"), ExitCode.Usage),
        _ => Of(ApiDiagnostics.Internal(context.TraceIdentifier), ExitCode.Internal),
    };

    private static int StatusOf(ExitCode code) => code switch
    {
        ExitCode.Usage => StatusCodes.Status400BadRequest,
        ExitCode.InvalidInput or ExitCode.PipelineFailed or ExitCode.DeploymentFailed => StatusCodes.Status422UnprocessableEntity,
        ExitCode.GateClosed => StatusCodes.Status409Conflict,
        ExitCode.Busy => StatusCodes.Status429TooManyRequests,
        ExitCode.NotFound => StatusCodes.Status404NotFound,
        ExitCode.Forbidden => StatusCodes.Status403Forbidden,
        ExitCode.NotSignedIn => StatusCodes.Status401Unauthorized,
        ExitCode.EngineUnavailable or ExitCode.ControlPlaneUnavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "unexpected fault under trace {Trace}")]
    private partial void LogFault(Exception exception, string trace);
}
