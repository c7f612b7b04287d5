using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Towpath.Core.Applications;

namespace Towpath.Engines.Resources;

/// <summary>Queues and exchanges in RabbitMQ: made where absent, left alone where right, reported where they differ.</summary>
public static class RabbitResources
{
    private const int Port = 5672;
    private const int Attempts = 50;

    /// <summary>Sees to it that the queue or exchange exists as declared.</summary>
    /// <returns>Null when all is right, else the reason why it can't be.</returns>
    public static async Task<string?> EnsureAsync(BackingService server, DeclaredResource resource, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            HostName = server.Address,
            Port = server.Port ?? Port,
            UserName = server.User,
            Password = server.Password,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        };
        try
        {
            await using var connection = await OpenAsync(factory, cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            // The broker's own declare is what is wanted: it creates, accepts what is equal, and refuses what differs.
            if (resource.Kind == ResourceKind.RabbitQueue)
                await channel.QueueDeclareAsync(resource.Name, resource.Durable, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
            else
                await channel.ExchangeDeclareAsync(resource.Name, resource.ExchangeType ?? ExchangeType.Direct, resource.Durable, cancellationToken: cancellationToken);
            return null;
        }
        catch (OperationInterruptedException e)
        {
            return e.ShutdownReason?.ReplyText ?? e.Message;
        }
        catch (Exception e) when (e is BrokerUnreachableException or IOException)
        {
            return (e.InnerException ?? e).Message;
        }
    }

    /// <summary>The port opens before the broker has its users: a refused login is asked again for a bounded while.</summary>
    private static async Task<IConnection> OpenAsync(ConnectionFactory factory, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await factory.CreateConnectionAsync("towpath", cancellationToken);
            }
            catch (BrokerUnreachableException) when (attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
            }
        }
    }
}
