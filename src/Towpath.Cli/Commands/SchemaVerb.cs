using System.CommandLine;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath schema</c>.</summary>
internal sealed class SchemaVerb : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "towpath, for towpath.yaml; x-towpath, for that key in a Compose file; server, for server.yaml." };

    /// <summary>Declares it.</summary>
    public SchemaVerb()
        : base("schema", "Prints the JSON Schema of a file that you write, for an editor.", "schema towpath > towpath.schema.json", "schema x-towpath")
    {
        _name.AcceptOnlyFromAmong([.. PublishedSchemas.All]);
        Arguments.Add(_name);
    }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var text = PublishedSchemas.Read(invocation.Arguments.GetValue(_name)!);
        using var document = JsonDocument.Parse(text);
        invocation.Terminal.Result(document.RootElement, writer => writer.Write(text));
        return Task.FromResult(ExitCode.Success);
    }
}
