using System.Collections.Immutable;
using System.CommandLine;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Engines.Git;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath render</c>: an environment as objects of Kubernetes.</summary>
internal sealed class RenderVerb : Verb
{
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<string[]> _files = new("--file", "-f") { Description = "Compose file below that folder; may be given several times, a later one over an earlier one.", HelpName = "FILE" };
    private readonly Option<string[]> _profiles = new("--profile") { Description = "Profile to activate; may be given several times, * for all.", HelpName = "NAME" };
    private readonly Option<string?> _environment = new("--env", "-e") { Description = "Environment (default: the highest).", HelpName = "NAME" };
    private readonly Option<string?> _tag = new("--tag") { Description = "Tag of the images that are built (default: unreleased).", HelpName = "TAG" };
    private readonly Option<string?> _version = new("--kubernetes-version") { Description = $"Version of the cluster (default: {KubernetesVersion.Current}).", HelpName = "1.34" };
    private readonly Option<string?> _explain = new("--explain") { Description = "Say why a part of an object is there.", HelpName = "KIND/NAME:PATH" };

    /// <summary>Declares it.</summary>
    public RenderVerb()
        : base(
            "render",
            "Prints an environment as objects of Kubernetes, from the files of the working tree.",
            "render --env production | kubectl apply --server-side -f -",
            "render --explain Deployment/api:spec.replicas")
    {
        foreach (var option in new Option[] { _path, _files, _profiles, _environment, _tag, _version, _explain })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", invocation.Surroundings.Folder);
        var files = new CommitFiles(folder, folder, await GitRepository.ListAsync(folder, cancellationToken));
        var compilation = await Task.Run(() => Compile(invocation, files), cancellationToken);
        if (invocation.Arguments.GetValue(_explain) is { } asked)
        {
            Explain(invocation, compilation, asked);
            return ExitCode.Success;
        }

        invocation.Terminal.Result(
            compilation.Objects.Select(o => new { o.ApiVersion, o.Kind, o.Name, o.Namespace, Manifest = ManifestText.Yaml(o) }).ToList(),
            text => text.Write(ManifestText.Yaml(compilation.Objects)));
        return ExitCode.Success;
    }

    private Compilation Compile(Invocation invocation, CommitFiles files)
    {
        var (application, diagnostics) = ApplicationReader.Read(files, new SourceRequest
        {
            ComposeFiles = [.. invocation.Arguments.GetValue(_files) ?? []], Profiles = [.. invocation.Arguments.GetValue(_profiles) ?? []], Engine = EngineKind.Kubernetes,
        });
        if (application is null)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, diagnostics);
        }

        var environment = Environment(application, invocation.Arguments.GetValue(_environment));
        var request = SourceImages.Request(application, environment, files, invocation.Arguments.GetValue(_tag), Version(invocation.Arguments.GetValue(_version)));
        var compilation = KubernetesCompiler.Compile(request);
        var all = diagnostics.Concat(compilation.Diagnostics).ToImmutableArray();
        if (compilation.HasErrors)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, all);
        }

        invocation.Terminal.Report(all);
        return compilation;
    }

    private static EnvironmentSpec Environment(Application application, string? name) =>
        name is null ? application.Ladder.Environments[^1]
        : application.Ladder.Environment(name)
            ?? throw new DiagnosticException(ExitCode.NotFound, RenderDiagnostics.NoSuchEnvironment(name, application.Ladder.Environments.Select(e => e.Name)));

    private static KubernetesVersion Version(string? text)
    {
        if (text is null)
        {
            return KubernetesVersion.Current;
        }

        return KubernetesVersion.Parse(text) is { } version && version.IsAtLeast(KubernetesVersion.Oldest.Minor)
            ? version
            : throw new DiagnosticException(ExitCode.Usage, RenderDiagnostics.BadKubernetesVersion(text, KubernetesVersion.Oldest.ToString()));
    }

    private static void Explain(Invocation invocation, Compilation compilation, string asked)
    {
        var (id, path) = asked.Split(':', 2) is [var first, var second] ? (first, second) : (asked, "");
        if (compilation.Objects.FirstOrDefault(o => o.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) is not { } subject)
        {
            throw new DiagnosticException(ExitCode.NotFound, RenderDiagnostics.NoSuchObject(id, compilation.Objects.Select(o => o.Id)));
        }

        if (ManifestPath.Find(subject, path) is not var (node, origin))
        {
            throw new DiagnosticException(ExitCode.NotFound, RenderDiagnostics.NoSuchPart(subject.Id, path));
        }

        invocation.Terminal.Result(
            new { Object = subject.Id, Path = path, Value = ManifestText.Yaml(node), origin.Rule, origin.Place },
            text =>
            {
                text.WriteLine(origin.ToString());
                text.Write(ManifestText.Yaml(node));
            });
    }
}
