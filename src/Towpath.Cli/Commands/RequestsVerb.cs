using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath requests</c>.</summary>
internal sealed class RequestsVerb : Verb
{
    private readonly Argument<string?> _environment = new("ENV") { Description = "Environment (default: all of them).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    public RequestsVerb()
        : base("requests", "Lists deploy requests, those that were changed last first: how far each has come, and what is missing.", "requests", "requests production --output json") =>
        Arguments.Add(_environment);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var requests = await plane.RequestsAsync(application, invocation.Arguments.GetValue(_environment), cancellationToken);
        invocation.Terminal.Result(requests, text =>
        {
            foreach (var request in requests) RequestText.Write(text, request);
        });
        return ExitCode.Success;
    }
}

/// <summary>A deploy request in words.</summary>
internal static class RequestText
{
    /// <summary>How far it has come, what it says, and what is missing.</summary>
    public static void Write(TextWriter writer, RequestAnswer request)
    {
        writer.WriteLine($"{request.Release} for {request.Environment}: {Word(request.State)}, by {Plain.Clean(request.Actor)}, {TokenText.Time(request.At)}");
        foreach (var name in DeployRequestTemplate.Fields.Select(f => f.Name))
        {
            if (request.Fields.GetValueOrDefault(name) is { Length: > 0 } said) writer.WriteLine($"  {name}: {Plain.Clean(said)}");
        }

        if (request.Refusal is { } refusal)
        {
            writer.WriteLine($"  refused by {Plain.Clean(refusal.Actor)}, {TokenText.Time(refusal.At)}: {Plain.Clean(refusal.Reason)}");
        }

        foreach (var missing in request.Missing) writer.WriteLine($"  missing: {Plain.Clean(missing)}");
    }

    private static string Word(RequestState state) => state switch
    {
        RequestState.Open => "open",
        RequestState.Complete => "complete",
        RequestState.Confirmed => "confirmed",
        RequestState.Done => "done",
        _ => "refused",
    };
}
