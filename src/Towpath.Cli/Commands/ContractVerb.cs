using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.Files;
using Towpath.Core.Diagnostics;
using Towpath.Core.Handover;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath contract</c>.</summary>
internal sealed class ContractVerb : Verb
{
    private const string Html = "html";
    private const string Markdown = "markdown";
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<string> _format = new("--format") { Description = "Form of the sheet.", DefaultValueFactory = _ => Markdown, HelpName = "markdown|html" };
    private readonly Option<string?> _file = new("--file") { Description = "Write it to this file below the folder (default: to standard output).", HelpName = "FILE" };

    private readonly Option<bool> _delivered = new("--delivered") { Description = "Ask the control plane what was delivered last, and put its validation on the sheet." };

    /// <summary>Declares it.</summary>
    public ContractVerb()
        : base(
            "contract",
            "Prints the handover sheet between Dev and Ops: what each service is and needs, what each environment promises, and what is open on both sides.",
            "contract",
            "contract --format html --file handover.html",
            "contract --delivered")
    {
        _format.AcceptOnlyFromAmong(Markdown, Html);
        Options.Add(_path);
        Options.Add(_format);
        Options.Add(_file);
        Options.Add(_delivered);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", invocation.Surroundings.Folder);
        var (diagnostics, rulesOff) = await invocation.Surroundings.Check(folder, cancellationToken);
        if (WorkingTree.ReadApplication(folder) is not { } application)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, diagnostics);
        }

        var sheet = SheetBuilder.Build(application, diagnostics, rulesOff) with { Delivery = await DeliveredAsync(invocation, application.Name, cancellationToken) };
        var text = invocation.Arguments.GetValue(_format) == Html ? HtmlSheet.Write(sheet) : MarkdownSheet.Write(sheet);
        if (invocation.Arguments.GetValue(_file) is { } name)
        {
            WorkingFile.Open(folder, name).Write(text);
            invocation.Terminal.Say($"wrote {name}");
        }

        invocation.Terminal.Result(sheet, writer => writer.Write(invocation.Arguments.GetValue(_file) is null ? text : ""));
        return ExitCode.Success;
    }

    private async Task<DeliverySheet?> DeliveredAsync(Invocation invocation, string application, CancellationToken cancellationToken)
    {
        if (!invocation.Arguments.GetValue(_delivered)) return null;
        var plane = await invocation.ConnectAsync(cancellationToken);
        return (await plane.DeliveriesAsync(application, null, cancellationToken)).Select(DeliveryText.Sheet).FirstOrDefault();
    }
}
