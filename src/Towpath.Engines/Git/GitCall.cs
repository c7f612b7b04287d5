namespace Towpath.Engines.Git;

/// <summary>One request of git's smart HTTP protocol (gitprotocol-http), after it was checked.</summary>
/// <param name="Repository">Folder of a bare repository, by its name below the root.</param>
/// <param name="Service">One of <see cref="UploadPack"/> and <see cref="ReceivePack"/>.</param>
/// <param name="Advertises">Asks which references there are; else it is the exchange itself.</param>
/// <param name="Account">Who asks: the name that the log of references gets.</param>
public sealed record GitCall(string Repository, string Service, bool Advertises, string Account)
{
    /// <summary>Clone and fetch.</summary>
    public const string UploadPack = "git-upload-pack";

    /// <summary>Push.</summary>
    public const string ReceivePack = "git-receive-pack";

    /// <summary>Number of bytes of the body, where the client says it.</summary>
    public long? Length { get; init; }

    /// <summary>How the body is packed: <c>gzip</c>, or null.</summary>
    public string? Encoding { get; init; }

    /// <summary>What the client says of the protocol's version, or null.</summary>
    public string? Protocol { get; init; }

    /// <summary>Settings of git for this call, each <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}

/// <summary>What the answer of git begins with.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Type of its body.</param>
public sealed record GitHead(int Status, string ContentType);
