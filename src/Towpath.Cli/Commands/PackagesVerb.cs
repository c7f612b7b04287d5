using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Supply.Bom;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath packages diff</c>.</summary>
internal sealed class PackagesDiffVerb : Verb
{
    private readonly Argument<string> _before = new("BEFORE") { Description = "Release, or the first digits of it or its commit." };
    private readonly Argument<string> _after = new("AFTER") { Description = "Release to compare it with." };

    /// <summary>Declares it.</summary>
    public PackagesDiffVerb()
        : base("diff", "Shows which packages came, went or changed between two releases, by service.", "packages diff r-3f2a91 r-77b0c2", "packages diff r-3f2a91 r-77b0c2 --output json")
    {
        Arguments.Add(_before);
        Arguments.Add(_after);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await plane.PackagesAsync(application, invocation.Arguments.GetValue(_before)!, invocation.Arguments.GetValue(_after)!, cancellationToken);
        invocation.Terminal.Result(answer, writer =>
        {
            writer.WriteLine($"{answer.Before} to {answer.After}:");
            foreach (var service in answer.Services)
            {
                writer.WriteLine($"  {service.Service}: {(service.Changes.Count == 0 ? "the same packages" : $"{service.Changes.Count} changed")}");
                foreach (var change in service.Changes) writer.WriteLine($"    {Words(change)}");
            }
        });
        return ExitCode.Success;
    }

    private static string Words(PackageChange change)
    {
        var name = $"{change.Kind.ToString().ToLowerInvariant()} {Plain.Clean(change.Package)}";
        var (before, after) = (Plain.Clean(string.Join(", ", change.Before)), Plain.Clean(string.Join(", ", change.After)));
        return change.Before.IsEmpty ? $"+ {name} {after}" : change.After.IsEmpty ? $"- {name} {before}" : $"~ {name} {before} -> {after}";
    }
}
