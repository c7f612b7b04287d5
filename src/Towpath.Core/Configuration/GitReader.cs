using Towpath.Core.Compose;
using Towpath.Core.Sources;

namespace Towpath.Core.Configuration;

/// <summary><c>git</c>: the repositories that the control plane keeps itself.</summary>
internal sealed class GitReader(NodeReader values)
{
    private const long LeastBytes = 1024 * 1024;

    private static readonly KeyTable Keys = new("git", "branch max-push");

    /// <summary>What it says; what is not said is as usual.</summary>
    public GitSettings Read(YamlNode? node)
    {
        if (node is null || values.Mapping(node, Keys) is not { } file) return new GitSettings();
        var settings = new GitSettings();
        if (values.NonEmpty(file.Get("branch"), "branch") is { } branch)
        {
            if (!HostedRepository.IsBranch(branch)) values.Bag.Add(ConfigurationDiagnostics.BadBranch(file.Get("branch")!.Location, branch));
            settings = settings with { Branch = branch };
        }

        return values.Size(file.Get("max-push"), "max-push") is { } size ? settings with { MostBytes = Math.Max(size, LeastBytes) } : settings;
    }
}
