using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Layouts;

namespace Towpath.Cli.Commands;

/// <summary>What <c>towpath render</c> writes, and where: its options, read and held to each other.</summary>
internal sealed class RenderOptions
{
    private const string Objects = "objects";
    private const string Argo = "argocd";
    private const string Flux = "flux";
    private readonly Option<string?> _folder = new("--to") { Description = "Write files to this folder. What an earlier render wrote there and is not wanted any more goes.", HelpName = "FOLDER" };
    private readonly Option<string> _format = new("--format") { Description = "Which files: one for each object, or all environments for kustomize, helm, argocd or flux.", DefaultValueFactory = _ => Objects };
    private readonly Option<string?> _repository = new("--repo") { Description = "Repository that Argo CD or Flux reads the files from.", HelpName = "URL" };
    private readonly Option<string?> _branch = new("--branch") { Description = "Its branch (default: main).", HelpName = "NAME" };
    private readonly Option<string?> _progressive = new("--progressive") { Description = "Hand blue-green and canary services to argo-rollouts or flagger." };
    private readonly Option<bool> _force = new("--force") { Description = "Write over files that no render wrote, or that were changed since." };

    /// <summary>Declares them.</summary>
    public RenderOptions()
    {
        _format.AcceptOnlyFromAmong(Objects, "kustomize", "helm", Argo, Flux);
        _progressive.AcceptOnlyFromAmong("argo-rollouts", "flagger");
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_folder, _format, _repository, _branch, _progressive, _force];

    /// <summary>What a command line asks for.</summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="namesEnvironment">It names one environment.</param>
    /// <param name="explains">It asks why a part is there.</param>
    /// <exception cref="DiagnosticException">TP7154, TP7156.</exception>
    public RenderTarget Read(Invocation invocation, bool namesEnvironment, bool explains)
    {
        var arguments = invocation.Arguments;
        var (folder, format, url, branch) = (arguments.GetValue(_folder), arguments.GetValue(_format)!, arguments.GetValue(_repository), arguments.GetValue(_branch));
        var followed = format is Argo or Flux;
        Refuse(format != Objects && folder is null, $"`--format {format}` has many files, and no folder is named", "name one with `--to FOLDER`");
        Refuse(format != Objects && namesEnvironment, $"`--format {format}` has all environments in it", "leave out `--env`");
        Refuse(explains && folder is not null, "`--explain` prints one part, and `--to` writes files", "leave out one of them");
        Refuse(folder is null && arguments.GetValue(_force), "`--force` is about files, and none are written", "name a folder with `--to FOLDER`");
        Refuse(!followed && (url ?? branch) is not null, "`--repo` and `--branch` are for Argo CD and Flux", "add `--format argocd` or `--format flux`");
        Refuse(followed && url is null, $"`--format {format}` needs to know where the files are read from", "name the repository with `--repo URL`");
        var repository = url is null ? null : new EnvironmentsRepository(url, branch ?? "main");
        if (repository?.WhyNot() is { } why)
        {
            throw new DiagnosticException(ExitCode.Usage, RenderDiagnostics.BadRepository(repository.ShownUrl, why));
        }

        return new RenderTarget(folder is null ? null : Path.GetFullPath(folder, invocation.Surroundings.Folder), format, repository, Controller(arguments.GetValue(_progressive)), arguments.GetValue(_force));
    }

    private static ProgressiveController? Controller(string? word) => word switch
    {
        null => null,
        "flagger" => ProgressiveController.Flagger,
        _ => ProgressiveController.ArgoRollouts,
    };

    private static void Refuse(bool isWrong, string headline, string help)
    {
        if (isWrong)
        {
            throw new DiagnosticException(ExitCode.Usage, RenderDiagnostics.OptionsDoNotFit(headline, help));
        }
    }
}
