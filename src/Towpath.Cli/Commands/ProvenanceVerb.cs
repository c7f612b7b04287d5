using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Supply;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath provenance</c>.</summary>
internal sealed class ProvenanceVerb : Verb
{
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the newest).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _verify = new("--verify") { Description = "Say whether it is this control plane's and speaks of the release's images; exit code 11 where not." };
    private readonly Option<bool> _key = new("--key") { Description = "Print the public key in its place, to verify it elsewhere." };

    /// <summary>Declares it.</summary>
    public ProvenanceVerb()
        : base("provenance", "Prints the signed statement of where a release comes from: SLSA provenance in a DSSE envelope.", "provenance", "provenance r-3f2a91 --verify", "provenance --key > control-plane.pem")
    {
        Arguments.Add(_release);
        Options.Add(_verify);
        Options.Add(_key);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await plane.ProvenanceAsync(application, invocation.Arguments.GetValue(_release), cancellationToken);
        if (invocation.Arguments.GetValue(_key))
        {
            await invocation.Surroundings.Out.WriteLineAsync(answer.PublicKey ?? "");
            return ExitCode.Success;
        }

        if (!invocation.Arguments.GetValue(_verify))
        {
            await invocation.Surroundings.Out.WriteLineAsync(Plain.Clean(answer.Envelope));
            return ExitCode.Success;
        }

        if (answer.Broken is { } why) throw new DiagnosticException(ExitCode.Tampered, SupplyDiagnostics.ProvenanceBroken(answer.Release, why));
        invocation.Terminal.Result(answer, writer => writer.WriteLine($"{answer.Release}: signed by this control plane, and about the images of the release"));
        return ExitCode.Success;
    }
}
