using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;
using Towpath.Core.OpenApi;
using Towpath.Core.Pipelines;

namespace Towpath.Server.Pipelines;

/// <summary>A commit that can be built.</summary>
/// <param name="Application">The model.</param>
/// <param name="Apis">API descriptions of its services.</param>
/// <param name="Plan">What to do.</param>
/// <param name="Warnings">What is wrong without being an error.</param>
internal sealed record CheckedCommit(Application Application, ServiceApis Apis, PipelinePlan Plan, ImmutableArray<Diagnostic> Warnings);

/// <summary>The first step of each run: from the files of a commit to a plan.</summary>
internal static class CommitCheck
{
    /// <summary>Reads the model, the Dockerfiles and the API descriptions.</summary>
    /// <exception cref="DiagnosticException">The commit can't be built as it is.</exception>
    public static CheckedCommit Run(ISourceFiles files, ReadApplication read)
    {
        var (application, diagnostics) = read(files);
        if (application is null || diagnostics.Any(d => d.Severity == Severity.Error))
            throw new DiagnosticException(ExitCode.InvalidInput, [.. diagnostics.OrderByDescending(d => d.Severity)]);

        var missing = new List<Diagnostic>();
        var bases = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var service in application.Services.Where(s => s.Build is not null))
        {
            var build = service.Build!;
            if (ReadDockerfile(files, build) is { } file)
                bases[service.Name] = DockerfileBases.Of(file, build.Args);
            else
                missing.Add(PipelineDiagnostics.DockerfileNotFound(service.Name, PathOf(build), build.Location));
        }

        if (missing.Count > 0)
            throw new DiagnosticException(ExitCode.InvalidInput, [.. missing]);

        var apis = ServiceApis.Read(application.Services, files);
        if (apis.Diagnostics.Any(d => d.Severity == Severity.Error))
            throw new DiagnosticException(ExitCode.InvalidInput, [.. apis.Diagnostics.OrderByDescending(d => d.Severity)]);

        return new CheckedCommit(application, apis, PipelinePlan.For(application, bases), [.. diagnostics, .. apis.Diagnostics]);
    }

    /// <summary>A build's Dockerfile, or null where the commit has none.</summary>
    public static Dockerfile? ReadDockerfile(ISourceFiles files, BuildSpec build) =>
        files.TryRead(PathOf(build)) is { } bytes ? Dockerfile.Parse(PathOf(build), Encoding.UTF8.GetString(bytes.Span)) : null;

    private static string PathOf(BuildSpec build) => build.Context is "." or "" ? build.Dockerfile : $"{build.Context.TrimEnd('/')}/{build.Dockerfile}";
}
