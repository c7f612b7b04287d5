using System.Collections.Immutable;
using System.CommandLine;
using Towpath.Cli.Files;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Layouts;
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

    private readonly RenderOptions _options = new();

    /// <summary>Declares it.</summary>
    public RenderVerb()
        : base(
            "render",
            "Prints an environment as objects of Kubernetes, from the files of the working tree, or writes files for kustomize, helm, Argo CD or Flux.",
            "render --env production | kubectl apply --server-side -f -",
            "render --explain Deployment/api:spec.replicas",
            "render --format kustomize --to deploy",
            "render --format argocd --repo https://git.example.com/team/environments.git --to ../environments")
    {
        foreach (var option in new Option[] { _path, _files, _profiles, _environment, _tag, _version, _explain }.Concat(_options.All))
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var asked = invocation.Arguments.GetValue(_explain);
        var target = _options.Read(invocation, invocation.Arguments.GetValue(_environment) is not null, asked is not null);
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", invocation.Surroundings.Folder);
        var files = new CommitFiles(folder, folder, await GitRepository.ListAsync(folder, cancellationToken));
        var rendered = await Task.Run(() => Render(invocation, files, target, cancellationToken), cancellationToken);
        if (asked is not null)
        {
            Explain(invocation, rendered[0].Objects, asked);
        }
        else if (target.Folder is null)
        {
            Print(invocation, rendered[0].Objects);
        }
        else
        {
            await Task.Run(() => Write(invocation, target, rendered), cancellationToken);
        }

        return ExitCode.Success;
    }

    private static void Print(Invocation invocation, ImmutableArray<ManifestObject> objects) => invocation.Terminal.Result(
        objects.Select(o => new { o.ApiVersion, o.Kind, o.Name, o.Namespace, Manifest = ManifestText.Yaml(o) }),
        text =>
        {
            // One after the other: all of a large application at once would be held twice.
            for (var i = 0; i < objects.Length; i++)
            {
                text.Write(i == 0 ? "" : ManifestText.Between);
                text.Write(ManifestText.Yaml(objects[i]));
            }
        });

    private static void Write(Invocation invocation, RenderTarget target, ImmutableArray<RenderedEnvironment> rendered)
    {
        var files = RenderedFolder.Write(target.Folder!, target.Files(rendered), target.Force);
        var counts = files.CountBy(f => f.Change).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
        invocation.Terminal.Say(
            $"{target.Folder}: {counts.GetValueOrDefault("written")} files written, {counts.GetValueOrDefault("unchanged")} unchanged, {counts.GetValueOrDefault("removed")} removed");
        foreach (var file in files.Where(f => f.Change == "kept"))
        {
            invocation.Terminal.Say($"{file.Path} is not wanted any more, and stays: it was changed since it was written");
        }

        invocation.Terminal.Result(files, _ => { });
    }

    private ImmutableArray<RenderedEnvironment> Render(Invocation invocation, CommitFiles files, RenderTarget target, CancellationToken cancellationToken)
    {
        var (application, diagnostics) = ApplicationReader.Read(files, new SourceRequest
        {
            ComposeFiles = [.. invocation.Arguments.GetValue(_files) ?? []],
            Profiles = [.. invocation.Arguments.GetValue(_profiles) ?? []],
            Engine = EngineKind.Kubernetes,
        });
        if (application is null)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, diagnostics);
        }

        var all = diagnostics.ToList();
        var rendered = ImmutableArray.CreateBuilder<RenderedEnvironment>();
        foreach (var environment in target.IsOfAll ? RenderedEnvironment.Of(application.Ladder) : [Environment(application, invocation.Arguments.GetValue(_environment))])
        {
            cancellationToken.ThrowIfCancellationRequested();
            var request = SourceImages.Request(application, environment, files, invocation.Arguments.GetValue(_tag), Version(invocation.Arguments.GetValue(_version)));
            var compilation = KubernetesCompiler.Compile(request);
            // A controller that does the strategy leaves nothing to tell of it.
            all.AddRange(compilation.Diagnostics.Where(d => target.Controller is null || !KubernetesDiagnostics.IsOfStrategy(d)));
            rendered.Add(Handed(target.Controller, new RenderedEnvironment(request, compilation.Objects), all));
        }

        // What is so in each environment is told once.
        var told = all.DistinctBy(d => (d.Code, d.Headline, d.Location)).ToImmutableArray();
        if (told.Any(d => d.Severity == Severity.Error))
        {
            throw new DiagnosticException(ExitCode.InvalidInput, told);
        }

        invocation.Terminal.Report(told);
        return rendered.ToImmutable();
    }

    private static RenderedEnvironment Handed(ProgressiveController? controller, RenderedEnvironment environment, List<Diagnostic> diagnostics)
    {
        if (controller is not { } known)
        {
            return environment;
        }

        if (known == ProgressiveController.Flagger)
        {
            diagnostics.AddRange(ProgressiveDelivery.ByHand(environment).Select(s => RenderDiagnostics.NobodyIsAsked(s.Rollout.Location, s.Name, environment.Name)));
        }

        return ProgressiveDelivery.HandTo(known, environment);
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

    private static void Explain(Invocation invocation, ImmutableArray<ManifestObject> objects, string asked)
    {
        var (id, path) = asked.Split(':', 2) is [var first, var second] ? (first, second) : (asked, "");
        if (objects.FirstOrDefault(o => o.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) is not { } subject)
        {
            throw new DiagnosticException(ExitCode.NotFound, RenderDiagnostics.NoSuchObject(id, objects.Select(o => o.Id)));
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
