using Towpath.Cli.Demo.Cluster;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Demo;

/// <summary>A commit that the demo makes.</summary>
/// <param name="Folder">The folder of the examples that is copied over what is there; null for none.</param>
/// <param name="Message">Its message; null for that of <c>message.txt</c> in the folder.</param>
/// <param name="BreaksIn">The environment in which it must fail, and be rolled back; null where it must arrive.</param>
/// <param name="Ladder">Text of <c>towpath.yaml</c> from here on; null leaves it as it is.</param>
internal sealed record DemoStep(string? Folder, string? Message = null, string? BreaksIn = null, string? Ladder = null)
{
    private const string Registry = "registry.example.org/shop";
    private const string Right = "api: { replicas: 2 }";
    private const string Wrong = "api: { replicas: 2, environment: { QUEUE_HOST: broker } }";

    private static readonly DemoStep Begin = new("shop", "Open the shop");
    private static readonly DemoStep Discounts = new("changes/2-discounts");

    /// <summary>All environments on the containers of this machine.</summary>
    public static IReadOnlyList<DemoStep> OnContainers { get; } = [Begin, Discounts, new("changes/3-broken", BreaksIn: "development")];

    /// <summary>Production on a cluster. The broken commit is right in staging and wrong there: it names a host that nobody is.</summary>
    /// <param name="ladder">Text of <c>examples/kubernetes/towpath.yaml</c>.</param>
    /// <param name="place">The cluster.</param>
    /// <exception cref="DiagnosticException">TP7131: the text is not what the story knows.</exception>
    public static IReadOnlyList<DemoStep> OnCluster(string ladder, ClusterPlace place)
    {
        var usual = Changed(Changed(Changed(ladder, Registry, place.Registry), DemoImages.Wait, place.WaitImage), DemoImages.Proxy, place.ProxyImage);
        var broken = new DemoStep(null, "Give production a broker of its own", "production", Changed(usual, Right, Wrong));
        return [Begin with { Ladder = usual }, Discounts, broken];
    }

    private static string Changed(string text, string from, string to) => text.Contains(from, StringComparison.Ordinal)
        ? text.Replace(from, to, StringComparison.Ordinal)
        : throw new DiagnosticException(ExitCode.NotFound, CliDiagnostics.DemoDiffers($"examples/kubernetes/towpath.yaml says `{from}`", "it does not"));
}
