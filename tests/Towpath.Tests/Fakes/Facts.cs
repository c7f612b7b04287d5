using Towpath.Core.Journal;

namespace Towpath.Tests.Fakes;

/// <summary>Short words for facts, one second apart.</summary>
internal static class Facts
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    public static Fact Of(string kind, int second, string? step = null, string? service = null, string? text = null) => new()
    {
        At = Start.AddSeconds(second),
        Kind = kind,
        Application = "shop",
        Text = text ?? kind,
        Run = kind.StartsWith("pipeline", StringComparison.Ordinal) || kind == FactKind.ReleaseCreated ? "p-1" : null,
        Step = step,
        Service = service,
    };

    public static Fact Deployment(string kind, int second, string? step = null, string? service = null, string? text = null, string release = "r-1", string id = "d-1", string environment = "development") =>
        Of(kind, second, step, service, text) with { Deployment = id, Environment = environment, Release = release };

    public static Fact Release(string kind, int second, string release = "r-1", string? text = null) => Of(kind, second, text: text) with { Release = release };

    public static Fact[] GoodPipeline { get; } =
    [
        Of(FactKind.PipelineQueued, 0),
        Of(FactKind.PipelineStarted, 1),
        Of(FactKind.StepStarted, 2, "build api", "api"),
        Of(FactKind.StepSucceeded, 5, "build api", "api") with { Duration = TimeSpan.FromSeconds(3) },
        Release(FactKind.ReleaseCreated, 6),
        Release(FactKind.PipelineSucceeded, 6),
    ];
}
