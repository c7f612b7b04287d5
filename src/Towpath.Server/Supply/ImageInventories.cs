using System.Formats.Tar;
using System.Text.Json;
using Towpath.Core.Containers;
using Towpath.Core.Supply;
using Towpath.Core.Supply.Packages;
using Towpath.Engines.Containers;
using Towpath.Server.Pipelines;
using Towpath.Server.Storage;

namespace Towpath.Server.Supply;

/// <summary>
/// What images are made of. An image is read once: its digest says what is in it. It is read as one stream, from a container that is never
/// started; the contents of files that say nothing about packages are passed over.
/// </summary>
public sealed class ImageInventories(IStore store, IContainerEngine engine, TimeProvider time) : IDisposable
{
    private const int MostEntries = 5_000_000;
    private const long MostBytes = 1L << 30;
    private const string NeverStarted = "/towpath-reads-only";
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(60);

    // Reading is bound by the disk: two at once are no quicker than one after the other.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>What is known of an image; null where nobody has read it.</summary>
    public ImageInventory? Known(string digest)
    {
        try
        {
            return store.Inventory(digest) is { } text ? SupplyText.ReadInventory(text) : null;
        }
        catch (JsonException)
        {
            return null; // of another form: read again
        }
    }

    /// <summary>What is in an image.</summary>
    /// <param name="application">Whose image; a container that is left over is cleared away with its others.</param>
    /// <param name="digest">The image.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">The engine can't give it.</exception>
    public async Task<ImageInventory> OfAsync(string application, string digest, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Known(digest) is { } known) return known;
            var inventory = await ReadAsync(application, digest, cancellationToken);
            store.SaveInventory(digest, SupplyText.Write(inventory), time.GetUtcNow());
            return inventory;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ImageInventory> ReadAsync(string application, string digest, CancellationToken cancellationToken)
    {
        var plan = new ContainerPlan
        {
            Name = $"towpath-read-{application}-{digest["sha256:".Length..][..12]}",
            Image = digest,
            Labels = StepExecutor.TestLabels(application),
            Entrypoint = [NeverStarted],
            Command = [],
        };
        try
        {
            await engine.RemoveContainerAsync(plan.Name, cancellationToken);
            await engine.CreateContainerAsync(plan, cancellationToken);
            var builder = new InventoryBuilder(digest);
            await engine.ExportContainerAsync(plan.Name, (stream, token) => ReadAsync(stream, builder, token), cancellationToken);
            return builder.Build();
        }
        finally
        {
            // Not the caller's token: what was cancelled must be cleaned up too.
            using var limit = new CancellationTokenSource(CleanUpLimit, time);
            await engine.RemoveContainerAsync(plan.Name, limit.Token);
        }
    }

    /// <summary>Reads a file system. One that is cut short or no tar is the engine's failure.</summary>
    internal static async Task ReadAsync(Stream stream, InventoryBuilder builder, CancellationToken cancellationToken)
    {
        try
        {
            await using var tar = new TarReader(stream, leaveOpen: true);
            long bytes = 0;
            for (var entries = 0; await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry; entries++)
            {
                if (entries == MostEntries)
                {
                    builder.Warn($"more than {MostEntries} files");
                    return;
                }

                var path = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name.TrimStart('/');
                if (!InventoryBuilder.IsWanted(path)) continue;
                bytes += entry.Length;
                await TakeAsync(entry, path, bytes, builder, cancellationToken);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new EngineException(EngineError.Other, $"the file system that the engine gave can't be read: {e.Message}", e);
        }
    }

    private static async Task TakeAsync(TarEntry entry, string path, long bytes, InventoryBuilder builder, CancellationToken cancellationToken)
    {
        if (entry.EntryType is TarEntryType.Directory or TarEntryType.SymbolicLink) return;
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
        {
            builder.Warn($"{path}: no regular file");
        }
        else if (entry.Length > InventoryBuilder.MostFileBytes || bytes > MostBytes)
        {
            builder.Warn($"{path}: too large to be read, {entry.Length} bytes");
        }
        else
        {
            var content = new byte[entry.Length];
            if (entry.DataStream is { } data) await data.ReadExactlyAsync(content, cancellationToken);
            builder.Add(path, content);
        }
    }
}
