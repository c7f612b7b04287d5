using System.Collections.Immutable;
using System.Security.Authentication;

namespace Towpath.Engines.Kubernetes.Calls;

/// <summary>Answers and faults to exceptions.</summary>
internal static class ApiFailures
{
    /// <summary>The exception for an answer that is no success.</summary>
    public static KubernetesException From(ApiStatus status, string subject, string context)
    {
        var words = status.Message;
        ImmutableArray<ApiCause> owned = [.. status.Causes.Where(c => c.Reason == KubernetesException.FieldManagerConflict)];
        var (failure, diagnostic) = status switch
        {
            { Code: 401 } => (ApiFailure.Unauthorized, KubernetesDiagnostics.Unauthorized(subject, context, words)),
            { Code: 403 } => (ApiFailure.Forbidden, KubernetesDiagnostics.Forbidden(subject, words)),
            { Code: 404 } => (ApiFailure.NotFound, KubernetesDiagnostics.NotFound(subject, words)),
            { Code: 409 } when owned.Length > 0 => (ApiFailure.Conflict, KubernetesDiagnostics.FieldConflict(subject, owned)),
            { Code: 409, Reason: "AlreadyExists" } => (ApiFailure.AlreadyExists, KubernetesDiagnostics.ObjectChanged(subject, words)),
            { Code: 409 } => (ApiFailure.Conflict, KubernetesDiagnostics.ObjectChanged(subject, words)),
            { Code: 410 } => (ApiFailure.Gone, KubernetesDiagnostics.Expired(subject, words)),
            { Code: 422 } => (ApiFailure.Invalid, KubernetesDiagnostics.Invalid(subject, words, status.Causes)),
            { Code: 429 or >= 500 } => (ApiFailure.Busy, KubernetesDiagnostics.Busy(subject, status.Code, words)),
            _ => (ApiFailure.Refused, KubernetesDiagnostics.Refused(subject, status.Code, words)),
        };
        return new KubernetesException(failure, diagnostic, status);
    }

    /// <summary>The exception for a fault on the way.</summary>
    public static KubernetesException From(Exception fault, string subject, string server)
    {
        var innermost = fault;
        while (innermost.InnerException is { } inner && innermost is not AuthenticationException) innermost = inner;
        return innermost is AuthenticationException || fault is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? new KubernetesException(ApiFailure.Untrusted, KubernetesDiagnostics.Untrusted(server, innermost.Message), inner: fault)
            : new KubernetesException(ApiFailure.Unreachable, KubernetesDiagnostics.Unreachable(subject, server, innermost.Message), inner: fault);
    }
}
