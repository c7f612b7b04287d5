using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Rules;

/// <summary>What is copied into an image, and in which order.</summary>
internal static class LayerRules
{
    // Installations whose outcome hangs on a manifest alone.
    private static readonly string[] Installs =
    [
        "npm ci", "npm install", "npm i", "yarn install", "yarn", "pnpm install", "pnpm i", "pip install -r", "pip3 install -r", "poetry install", "pipenv install", "uv sync", "bundle install",
        "composer install", "go mod download", "dotnet restore", "cargo fetch", "mvn dependency:go-offline",
    ];

    /// <summary>TP2107: a folder is copied whole only where <c>.dockerignore</c> keeps back what does not belong in an image.</summary>
    public static IEnumerable<Diagnostic> IgnoreFile(ContractSubject subject)
    {
        var copy = subject.Stages.SelectMany(s => s.Instructions).FirstOrDefault(CopiesAll);
        if (copy is null)
        {
            yield break;
        }

        var build = subject.Service.Build!;
        var own = ContractCheck.PathOf(build) + ".dockerignore";
        var common = InContext(build, ".dockerignore");
        var file = subject.Files.TryRead(own) is null ? common : own;
        if (subject.Files.TryRead(file) is not { } bytes)
        {
            yield return DockerfileContractDiagnostics.WholeFolderCopied(copy.Location, common, []);
            yield break;
        }

        var ignore = DockerIgnore.Parse(Encoding.UTF8.GetString(bytes.Span));
        var through = Unwanted(subject.Files, build).Where(path => !ignore.Ignores(path)).ToList();
        if (through.Count > 0)
        {
            yield return DockerfileContractDiagnostics.WholeFolderCopied(copy.Location, file, through);
        }
    }

    /// <summary>TP2109: dependencies are installed before the source is copied.</summary>
    public static IEnumerable<Diagnostic> CacheOrder(ContractSubject subject)
    {
        foreach (var stage in subject.Stages)
        {
            var copy = stage.Instructions.FirstOrDefault(CopiesAll);
            if (copy is null)
            {
                continue;
            }

            var before = stage.Instructions.TakeWhile(i => i != copy).SelectMany(i => ShellCommand.Of(i)).Select(InstallOf).OfType<string>().ToList();
            var late = stage.Instructions.SkipWhile(i => i != copy).FirstOrDefault(i => ShellCommand.Of(i).Any(c => InstallOf(c) is { } install && !before.Contains(install)));
            if (late is not null)
            {
                yield return DockerfileContractDiagnostics.LayersOutOfOrder(
                    copy.Location, ShellCommand.Of(late).Select(InstallOf).OfType<string>().First(), late.Line);
            }
        }
    }

    /// <summary>TP2110: ADD fetches nothing from the network without a checksum.</summary>
    public static IEnumerable<Diagnostic> AddUrl(ContractSubject subject) =>
        from instruction in subject.Stages.SelectMany(s => s.Instructions)
        where instruction.Name == "ADD" && instruction.Flag("checksum") is null
        from word in instruction.Words.SkipLast(1)
        where word.Value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || word.Value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        select DockerfileContractDiagnostics.AddFetches(word.Location);

    private static bool CopiesAll(DockerfileInstruction instruction) =>
        instruction.Name is "COPY" or "ADD" && instruction.Flag("from") is null && instruction.Words.Length > 1
        && instruction.Words.SkipLast(1).Any(w => w.Value is "." or "./" or "*" or "./*" or "/");

    private static string? InstallOf(ShellCommand command)
    {
        var words = string.Join(' ', command.Words);
        return Installs.FirstOrDefault(i => i == "yarn" ? words == i : words == i || words.StartsWith(i + " ", StringComparison.Ordinal))
            ?? (command.Program is "pip" or "pip3" && command.Verb == "install" && command.Has("-r", "--requirement") ? "pip install -r" : null);
    }

    private static IEnumerable<string> Unwanted(ISourceFiles files, BuildSpec build)
    {
        if (build.Context is "." or "")
        {
            yield return ".git";
        }

        if (files.TryRead(InContext(build, ".env")) is not null)
        {
            yield return ".env";
        }

        if (files.TryRead(InContext(build, "package.json")) is not null)
        {
            yield return "node_modules";
        }
    }

    private static string InContext(BuildSpec build, string name) => build.Context is "." or "" ? name : $"{build.Context.TrimEnd('/')}/{name}";
}
