using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;
using Towpath.Core.OpenApi;
using Towpath.Core.Pipelines;

namespace Towpath.Server.Pipelines;

/// <summary>A commit that could be read.</summary>
/// <param name="Application">The model.</param>
/// <param name="Apis">API descriptions of its services.</param>
/// <param name="Warnings">What is wrong without being an error.</param>
internal sealed record ReadCommit(Application Application, ServiceApis Apis, ImmutableArray<Diagnostic> Warnings);

/// <summary>The first steps of each run: from the files of a commit to a plan.</summary>
internal static class CommitCheck
{
    /// <summary>Reads the model and the API descriptions.</summary>
    /// <exception cref="DiagnosticException">The commit can't be read.</exception>
    public static ReadCommit Read(ISourceFiles files, ReadApplication read)
    {
        var (application, diagnostics) = read(files);
        var apis = ServiceApis.Read(application?.Services ?? [], files);
        ImmutableArray<Diagnostic> all = [.. diagnostics, .. apis.Diagnostics];
        return application is null || all.Any(d => d.Severity == Severity.Error)
            ? throw new DiagnosticException(ExitCode.InvalidInput, [.. all.OrderByDescending(d => d.Severity)])
            : new ReadCommit(application, apis, all);
    }

    /// <summary>Holds the model to the contract, before anything is built: what it forbids would be built in vain.</summary>
    /// <exception cref="DiagnosticException">A finding is an error.</exception>
    public static ContractReading Hold(Application application, ISourceFiles files)
    {
        var contract = ContractCheck.Run(application, files);
        return contract.HasErrors
            ? throw new DiagnosticException(ExitCode.InvalidInput, [.. contract.Diagnostics.OrderByDescending(d => d.Severity)])
            : contract;
    }

    /// <summary>What to build and test.</summary>
    /// <exception cref="DiagnosticException">A Dockerfile is not in the commit, or builds wait for each other.</exception>
    public static PipelinePlan Plan(Application application, ContractReading contract)
    {
        ImmutableArray<Diagnostic> missing =
        [
            .. application.Services.Where(s => s.Build is not null && !contract.Dockerfiles.ContainsKey(s.Name))
                .Select(s => PipelineDiagnostics.DockerfileNotFound(s.Name, ContractCheck.PathOf(s.Build!), s.Build!.Location)),
        ];
        return missing.IsEmpty
            ? PipelinePlan.For(application, contract.Dockerfiles.ToDictionary(d => d.Key, d => DockerfileBases.Of(d.Value, application.Service(d.Key)!.Build!.Args)))
            : throw new DiagnosticException(ExitCode.InvalidInput, missing);
    }

    /// <summary>A build's Dockerfile, or null where the commit has none.</summary>
    public static Dockerfile? ReadDockerfile(ISourceFiles files, BuildSpec build) =>
        files.TryRead(ContractCheck.PathOf(build)) is { } bytes ? Dockerfile.Parse(ContractCheck.PathOf(build), Encoding.UTF8.GetString(bytes.Span)) : null;
}
