using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath completion</c>: the shell asks the program itself, so that the script never falls behind it.</summary>
internal sealed class CompletionVerb : Verb
{
    private const string Bash = """
        # towpath completion for bash
        _towpath() {
            local line="${COMP_LINE:0:$COMP_POINT}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _towpath towpath

        """;

    private const string Zsh = """
        #compdef towpath
        # towpath completion for zsh
        _towpath() {
            local line="${BUFFER[1,$CURSOR]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- "${found[@]}"
        }
        compdef _towpath towpath

        """;

    private const string Fish = """
        # towpath completion for fish
        function __towpath_complete
            set -l line (commandline --cut-at-cursor)
            towpath "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command towpath --no-files --arguments "(__towpath_complete)"

        """;

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    /// <summary>Declares it.</summary>
    public CompletionVerb()
        : base("completion", "Prints a script that completes verbs, options and values in your shell.", "completion bash > /etc/bash_completion.d/towpath", "completion fish | source")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
    }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var shell = invocation.Arguments.GetValue(_shell)!;
        var script = shell switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
        invocation.Terminal.Result(new { Shell = shell, Script = script }, text => text.Write(script));
        return Task.FromResult(ExitCode.Success);
    }
}
