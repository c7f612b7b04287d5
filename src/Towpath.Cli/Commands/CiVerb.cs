using System.CommandLine;
using Towpath.Cli.Files;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath ci</c>.</summary>
internal sealed class CiVerb : Verb
{
    private const string Print = "-";
    private readonly Argument<string> _system = new("SYSTEM") { Description = "gitlab, github or jenkins." };
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file, from the top of the repository (default: the top).", HelpName = "FOLDER" };
    private readonly Option<string> _runner = new("--runner") { Description = "Label of the machines that have towpath and a container engine.", DefaultValueFactory = _ => "towpath", HelpName = "LABEL" };
    private readonly Option<string?> _file = new("--file") { Description = "Write it to this file below the working folder, or print it with - (default: where the system looks for it).", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Write over a file that is there and says something else." };

    /// <summary>Declares it.</summary>
    public CiVerb()
        : base("ci", "Writes a pipeline file for GitLab, GitHub Actions or Jenkins that runs the same pipeline there.", "ci gitlab", "ci github --path services/shop --file -", "ci jenkins --runner linux")
    {
        _system.AcceptOnlyFromAmong([.. Enum.GetValues<Core.Applications.CiSystem>().Select(s => s.Word())]);
        Arguments.Add(_system);
        Options.Add(_path);
        Options.Add(_runner);
        Options.Add(_file);
        Options.Add(_force);
    }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var path = arguments.GetValue(_path) is { } folder && folder.TrimEnd('/') is not ("." or "") ? Plain(folder.TrimEnd('/'), "--path") : null;
        var written = CiFile.Of(CiWords.Find(arguments.GetValue(_system)!)!.Value, new CiFileOptions(path, Plain(arguments.GetValue(_runner)!, "--runner")));
        var name = arguments.GetValue(_file) ?? written.Name;
        if (name == Print)
        {
            invocation.Terminal.Result(written, text => text.Write(written.Text));
            return Task.FromResult(ExitCode.Success);
        }

        var file = WorkingFile.Open(invocation.Surroundings.Folder, name);
        if (file.Text is { } there && there != written.Text && !arguments.GetValue(_force)) throw new DiagnosticException(ExitCode.InvalidInput, CiDiagnostics.FileIsThere(name));
        if (file.Text != written.Text) file.Write(written.Text);
        invocation.Terminal.Say($"wrote {name}");
        invocation.Terminal.Result(new { File = name }, _ => { });
        return Task.FromResult(ExitCode.Success);
    }

    private static string Plain(string word, string option) => CiFile.IsPlain(word) && !word.Split('/').Contains("..")
        ? word
        : throw new DiagnosticException(ExitCode.Usage, CiDiagnostics.NotPlain($"the value of {option}"));
}
