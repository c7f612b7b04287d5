using System.Net;
using System.Net.Sockets;

namespace Towpath.EndToEnd;

/// <summary>Ports of this machine that nobody listens on, each given out once.</summary>
internal static class Ports
{
    private static int _last = 8280;

    public static int Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _last);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
