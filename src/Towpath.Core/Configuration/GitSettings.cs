namespace Towpath.Core.Configuration;

/// <summary><c>git</c> in <c>server.yaml</c>: the repositories that the control plane keeps itself.</summary>
public sealed record GitSettings
{
    /// <summary>Short name of the branch whose commits are shipped; null for <c>main</c>, or <c>master</c> in a repository that begins with it.</summary>
    public string? Branch { get; init; }

    /// <summary>Most bytes of one push.</summary>
    public long MostBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Clients of git that are served at one time.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Clients of git that may wait for their turn; the next one is sent away.</summary>
    public int Waiting { get; init; } = 60;
}
