using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Towpath.Cli;

/// <summary>The library's help, and the verb's examples under it.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in verb.Examples)
            {
                output.WriteLine($"  towpath {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}
