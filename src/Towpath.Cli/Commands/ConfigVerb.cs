using System.Collections.Immutable;
using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Compose;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Git;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath config</c>: what Compose understands of a project, with the options that people know from <c>docker compose config</c>.</summary>
internal sealed class ConfigVerb : Verb
{
    private readonly Option<string[]> _files = new("--file", "-f") { Description = "Compose file; may be given several times, a later one over an earlier one.", HelpName = "FILE" };
    private readonly Option<string[]> _profiles = new("--profile") { Description = "Profile to activate; may be given several times, * for all.", HelpName = "NAME" };
    private readonly Option<string[]> _envFiles = new("--env-file") { Description = "File of variables (default: .env of the project folder).", HelpName = "FILE" };
    private readonly Option<string?> _directory = new("--project-directory") { Description = "Folder that relative paths count from (default: that of the first file).", HelpName = "FOLDER" };
    private readonly Option<string?> _name = new("--project-name", "-p") { Description = "Name of the project.", HelpName = "NAME" };
    private readonly Option<string> _format = new("--format") { Description = "How the project is written.", HelpName = "yaml|json", DefaultValueFactory = _ => "yaml" };
    private readonly Option<bool> _noInterpolate = new("--no-interpolate") { Description = "Leave variables as they are." };
    private readonly Option<bool> _noNormalize = new("--no-normalize") { Description = "Leave out what Compose takes for granted." };
    private readonly Option<bool> _noPathResolution = new("--no-path-resolution") { Description = "Leave relative paths as they are." };
    private readonly Option<bool> _noConsistency = new("--no-consistency") { Description = "Don't check references, cycles and keys that exclude each other." };
    private readonly Option<bool> _noEnvResolution = new("--no-env-resolution") { Description = "Don't read the files that env_file and label_file name." };
    private readonly Option<string?> _hash = new("--hash") { Description = "Print a hash of this service, or of all with *.", HelpName = "SERVICE|*" };
    private readonly Option<bool> _environment = new("--environment") { Description = "Print the variables that interpolation knows." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing: only say what is wrong." };
    private readonly Option<string?> _outputFile = new("--output-file", "-o") { Description = "Write the project to a file (not the format, as -o of other verbs).", HelpName = "FILE" };
    private readonly (Option<bool> Option, Func<ComposeProject, ImmutableArray<string>> Names)[] _lists =
    [
        (new("--services") { Description = "Print the names of the services." }, ProjectFacts.Services),
        (new("--volumes") { Description = "Print the names of the volumes." }, ProjectFacts.Volumes),
        (new("--networks") { Description = "Print the names of the networks." }, ProjectFacts.Networks),
        (new("--profiles") { Description = "Print the names of the profiles." }, ProjectFacts.Profiles),
        (new("--images") { Description = "Print the images." }, ProjectFacts.Images),
    ];

    /// <summary>Declares it.</summary>
    public ConfigVerb()
        : base(
            "config",
            "Prints the Compose project as it is understood: all files joined, variables replaced, short forms written out.",
            "config",
            "config -f compose.yaml -f compose.prod.yaml --format json",
            "config --services")
    {
        _format.AcceptOnlyFromAmong("yaml", "json");
        foreach (var option in new Option[]
        {
            _files, _profiles, _envFiles, _directory, _name, _format, _noInterpolate, _noNormalize, _noPathResolution, _noConsistency,
            _noEnvResolution, _hash, _environment, _quiet, _outputFile,
        })
        {
            Options.Add(option);
        }

        foreach (var (option, _) in _lists)
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = Request(invocation);
        var reading = ComposeLoader.Load(request, new FolderFiles(request.Root));
        if (reading.Project is not { } project || reading.Diagnostics.Any(d => d.Severity == Severity.Error))
        {
            throw new DiagnosticException(ExitCode.InvalidInput, reading.Diagnostics);
        }

        invocation.Terminal.Report(reading.Diagnostics);
        if (!invocation.Arguments.GetValue(_quiet))
        {
            Print(invocation, request, project);
        }

        return Task.FromResult(ExitCode.Success);
    }

    private ComposeRequest Request(Invocation invocation)
    {
        var arguments = invocation.Arguments;
        var world = invocation.Surroundings;
        var files = arguments.GetValue(_files) ?? [];
        var named = arguments.GetValue(_directory);
        var directory = named is not null ? Absolute(named) : files.Length > 0 ? Path.GetDirectoryName(Absolute(files[0]))! : world.Folder;
        return new ComposeRequest
        {
            ProjectDirectory = directory,
            IsDirectoryGiven = named is not null || files.Length > 0,
            Root = Repository(directory),
            MayLeaveRoot = true,
            Files = [.. files.Select(Absolute)],
            EnvFiles = [.. (arguments.GetValue(_envFiles) ?? []).Select(Absolute)],
            Environment = world.Variables(),
            Profiles = [.. arguments.GetValue(_profiles) ?? []],
            ProjectName = arguments.GetValue(_name),
            Home = world.Variable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            Interpolate = !arguments.GetValue(_noInterpolate),
            Normalize = !arguments.GetValue(_noNormalize),
            ResolvePaths = !arguments.GetValue(_noPathResolution),
            CheckConsistency = !arguments.GetValue(_noConsistency),
            ResolveEnvironments = !arguments.GetValue(_noEnvResolution),
        };

        string Absolute(string path) => Path.GetFullPath(path, world.Folder);
    }

    // What a project may name lies in its repository; without one, in its folder.
    private static string Repository(string directory)
    {
        for (var folder = directory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, ".git")))
            {
                return folder;
            }
        }

        return directory;
    }

    private void Print(Invocation invocation, ComposeRequest request, ComposeProject project)
    {
        var arguments = invocation.Arguments;
        foreach (var (option, names) in _lists)
        {
            if (arguments.GetValue(option))
            {
                PrintLines(invocation, names(project));
                return;
            }
        }

        if (arguments.GetValue(_environment))
        {
            PrintLines(invocation, project.Variables.Select(variable => $"{variable.Key}={variable.Value}"));
        }
        else if (arguments.GetValue(_hash) is { } service)
        {
            PrintLines(invocation, Hashes(project, service));
        }
        else
        {
            PrintProject(invocation, request, project);
        }
    }

    private static IEnumerable<string> Hashes(ComposeProject project, string service)
    {
        var hashes = ProjectFacts.Hashes(project);
        return service == "*" ? hashes.Select(pair => $"{pair.Key} {pair.Value}")
            : hashes.TryGetValue(service, out var hash) ? [$"{service} {hash}"]
            : throw new DiagnosticException(ExitCode.NotFound, CliDiagnostics.UnknownService(service, hashes.Keys));
    }

    private static void PrintLines(Invocation invocation, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            invocation.Surroundings.Out.WriteLine(line);
        }
    }

    private void PrintProject(Invocation invocation, ComposeRequest request, ComposeProject project)
    {
        using var stream = invocation.Arguments.GetValue(_outputFile) is { } file
            ? File.Create(Path.GetFullPath(file, invocation.Surroundings.Folder))
            : invocation.Surroundings.OpenOutput();
        if (invocation.Arguments.GetValue(_format) == "json" || invocation.Terminal.Format == OutputFormat.Json)
        {
            CanonicalJson.Write(project, stream);
        }
        else
        {
            CanonicalYaml.Write(project, stream, request.Interpolate);
        }
    }
}
