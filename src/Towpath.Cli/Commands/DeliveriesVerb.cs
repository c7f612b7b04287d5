using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Handover;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath deliveries</c>.</summary>
internal sealed class DeliveriesVerb : Verb
{
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the newest ones).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    public DeliveriesVerb()
        : base("deliveries", "Lists deliveries, newest first: when, by whom, and what the validation of each image found.", "deliveries", "deliveries r-3f2a91 --output json") =>
        Arguments.Add(_release);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var deliveries = await plane.DeliveriesAsync(application, invocation.Arguments.GetValue(_release), cancellationToken);
        invocation.Terminal.Result(deliveries, text =>
        {
            foreach (var delivery in deliveries) DeliveryText.Write(text, delivery);
        });
        return ExitCode.Success;
    }
}

/// <summary>A delivery in words.</summary>
internal static class DeliveryText
{
    /// <summary>When and by whom, and each check.</summary>
    public static void Write(TextWriter writer, DeliveryAnswer delivery)
    {
        writer.WriteLine($"{delivery.Release}: delivered to be tested, {TokenText.Time(delivery.At)}{(delivery.Actor is { } actor ? $", shipped by {Plain.Clean(actor)}" : "")}");
        foreach (var final in delivery.Finals)
        {
            writer.WriteLine($"  final for {final.Environment ?? "every environment"}: by {Plain.Clean(final.Actor)}, {TokenText.Time(final.At)}");
        }

        if (delivery.Services.Count == 0) writer.WriteLine("  its images were not validated: it was made before there was a validation");
        foreach (var service in delivery.Services)
        {
            foreach (var check in service.Checks) writer.WriteLine($"  {service.Service} {check.Name}: {Word(check.Verdict)}: {Plain.Clean(check.Evidence)}");
        }
    }

    /// <summary>A delivery as the handover sheet shows it.</summary>
    public static DeliverySheet Sheet(DeliveryAnswer delivery) => new(
        delivery.Release, delivery.At.ToUniversalTime(),
        [.. delivery.Finals.Select(f => $"{f.Actor} delivered it for good for {f.Environment ?? "every environment"} at {f.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC")],
        [.. delivery.Services]);

    private static string Word(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Passed => "passed",
        CheckVerdict.Failed => "FAILED",
        _ => "not tried",
    };
}
