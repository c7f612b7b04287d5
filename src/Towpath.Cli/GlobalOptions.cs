using System.CommandLine;
using System.CommandLine.Parsing;

namespace Towpath.Cli;

/// <summary>Options that every verb takes.</summary>
internal sealed class GlobalOptions
{
    /// <summary>For people.</summary>
    public const string TextOutput = "text";

    /// <summary>One document of the verb's own.</summary>
    public const string JsonOutput = "json";

    /// <summary>Diagnostics as SARIF 2.1.0.</summary>
    public const string SarifOutput = "sarif";

    /// <summary>Diagnostics as GitLab's Code Quality report.</summary>
    public const string GitLabOutput = "gitlab";

    /// <summary>The engine of the demo's production alone.</summary>
    public const string Kubernetes = "kubernetes";

    /// <summary>How results are written.</summary>
    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "How results are written: text for people, json for programs; sarif and gitlab are reports of what is wrong, for merge requests.",
        DefaultValueFactory = _ => "text",
        Recursive = true,
        HelpName = "text|json|sarif|gitlab",
    };

    /// <summary>Which engine a control plane that must be started uses.</summary>
    public Option<string> Engine { get; } = new("--engine")
    {
        Description = "Container engine of a control plane that must be started.",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
        HelpName = "auto|podman|docker|unix://PATH",
    };

    /// <summary>No colours.</summary>
    public Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours; the variable NO_COLOR does the same.", Recursive = true };

    /// <summary>State folder.</summary>
    public Option<string?> StateDir { get; } = new("--state-dir")
    {
        Description = "State folder of the control plane (default: $XDG_STATE_HOME/towpath).",
        Recursive = true,
        HelpName = "FOLDER",
    };

    /// <summary>Configuration of a control plane that must be started.</summary>
    public Option<string?> Config { get; } = new("--config")
    {
        Description = "Configuration of a control plane that must be started (default: $TOWPATH_CONFIG, else $XDG_CONFIG_HOME/towpath/server.yaml where it is there).",
        Recursive = true,
        HelpName = "FILE",
    };

    /// <summary>Application.</summary>
    public Option<string?> App { get; } = new("--app")
    {
        Description = "Application (default: the one of this folder, else the only one).",
        Recursive = true,
        HelpName = "NAME",
    };

    /// <summary>Who asks.</summary>
    public Option<string?> As { get; } = new("--as")
    {
        Description = "Who asks, for the journal (default: your login name).",
        Recursive = true,
        HelpName = "PERSON",
    };

    /// <summary>Never start a control plane.</summary>
    public Option<bool> NoStart { get; } = new("--no-start") { Description = "Fail where the control plane does not run, rather than start it.", Recursive = true };

    /// <summary>Adds them all to the root.</summary>
    public void AddTo(RootCommand root)
    {
        Output.AcceptOnlyFromAmong(TextOutput, JsonOutput, SarifOutput, GitLabOutput);
        Engine.Validators.Add(ValidateEngine);
        Engine.CompletionSources.Add("auto", "podman", "docker");
        root.Options.Add(Output);
        root.Options.Add(Engine);
        root.Options.Add(NoColor);
        root.Options.Add(StateDir);
        root.Options.Add(Config);
        root.Options.Add(App);
        root.Options.Add(As);
        root.Options.Add(NoStart);
    }

    private static void ValidateEngine(OptionResult result)
    {
        var value = result.Tokens.Count > 0 ? result.Tokens[0].Value : "auto";
        if (value is not ("auto" or "podman" or "docker" or Kubernetes) && !value.StartsWith("unix:///", StringComparison.Ordinal))
        {
            result.AddError($"`{value}` is no engine: auto, podman, docker, or unix:// and the absolute path of a socket");
        }
    }
}
