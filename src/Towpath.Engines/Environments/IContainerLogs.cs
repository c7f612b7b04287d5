namespace Towpath.Engines.Environments;

/// <summary>Keeps what containers write.</summary>
public interface IContainerLogs
{
    /// <summary>Begins to keep the output of a container; one that is kept already is left alone.</summary>
    void Watch(string environment, string service, string container);

    /// <summary>Completes when all that a container has written is kept: after it the container may be removed.</summary>
    Task DrainAsync(string container, CancellationToken cancellationToken);

    /// <summary>The container is gone: the next one of its name is another, whose output begins anew.</summary>
    void Forget(string container);
}
