namespace Towpath.Cli.Demo;

/// <summary>What the users of one environment saw.</summary>
/// <param name="Environment">Environment.</param>
/// <param name="Sent">Requests sent.</param>
/// <param name="Failed">Requests without a good answer.</param>
/// <param name="P50">Half of the requests were answered within this.</param>
/// <param name="P99">99 of 100 were answered within this.</param>
/// <param name="Samples">The first failures in words.</param>
internal sealed record EnvironmentLoad(string Environment, long Sent, long Failed, TimeSpan P50, TimeSpan P99, IReadOnlyList<string> Samples);

/// <summary>Requests that come whether or not the ones before are answered, as users do.</summary>
internal interface IDemoLoad : IAsyncDisposable
{
    /// <summary>Begins to make requests to an environment; nothing where it did already.</summary>
    void Start(string environment, Uri url);

    /// <summary>Ends them all, in the order in which they were started.</summary>
    Task<IReadOnlyList<EnvironmentLoad>> StopAsync();
}
