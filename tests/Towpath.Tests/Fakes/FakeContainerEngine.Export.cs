using System.Formats.Tar;
using System.Text;

namespace Towpath.Tests.Fakes;

// File systems of containers.
public sealed partial class FakeContainerEngine
{
    /// <summary>Files of an image by path; by default none.</summary>
    public Func<string, IReadOnlyDictionary<string, string>>? OnExport { get; set; }

    public async Task ExportContainerAsync(string container, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await Enter("export " + container, cancellationToken);
        var image = Locked(() => Require(container).Plan.Image);
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (path, text) in OnExport?.Invoke(image) ?? new Dictionary<string, string>())
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }, cancellationToken);
        }

        stream.Position = 0;
        await read(stream, cancellationToken);
    }
}
