using System.Net;
using System.Net.Http.Headers;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private static readonly TimeSpan PullBound = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ImportBound = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RemoveImageBound = TimeSpan.FromMinutes(5);
    private static readonly Dictionary<string, string> NoLabels = [];

    /// <inheritdoc/>
    public async Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        var answer = await _transport.FindAsync($"images/{ImagePath(image)}/json", EngineJson.Default.ImageAnswer, cancellationToken);
        return answer is null
            ? null
            : new ImageDetails(ImageNames.Id(answer.Id), References(answer.RepoTags), answer.Config?.Labels ?? NoLabels, answer.Size) { User = answer.Config is null ? null : answer.Config.User ?? "" };
    }

    /// <inheritdoc/>
    public async Task PullImageAsync(string reference, Action<string> progress, CancellationToken cancellationToken)
    {
        var (name, tag) = ImageNames.Split(reference);
        try
        {
            using var response = await _transport.SendAsync(
                HttpMethod.Post, $"images/create?fromImage={Escape(name)}&tag={Escape(tag)}", content: null, PullBound, cancellationToken);
            await EachLineAsync(response, PullBound, EngineErrors.FromPull, line => Report(line, progress), cancellationToken);
        }
        catch (EngineException e) when (e.Error is EngineError.Other or EngineError.NotFound)
        {
            // Docker refuses with a status where Podman says 200 and an error in the stream.
            throw new EngineException(EngineError.ImageUnavailable, e.Message, e);
        }

        if (await InspectImageAsync(reference, cancellationToken) is null)
        {
            throw new EngineException(EngineError.ImageUnavailable, $"The engine pulled {reference} and does not have it.");
        }
    }

    /// <inheritdoc/>
    public async Task<string> ImportImageAsync(
        Stream rootfsTar, string reference, IReadOnlyList<string> changes, CancellationToken cancellationToken)
    {
        var (name, tag) = ImageNames.Split(reference);
        var changed = string.Concat(changes.Select(change => $"&changes={Escape(change)}"));

        // Podman's compatible route drops the tag and names the image ":latest".
        var path = IsPodman
            ? $"{Libpod}images/import?reference={Escape($"{name}:{tag}")}{changed}"
            : $"images/create?fromSrc=-&repo={Escape(name)}&tag={Escape(tag)}{changed}";
        using var content = new StreamContent(rootfsTar);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using (var response = await _transport.SendAsync(HttpMethod.Post, path, content, ImportBound, cancellationToken))
        {
            await EachLineAsync(response, ImportBound, EngineErrors.FromPull, _ => { }, cancellationToken);
        }

        var image = await InspectImageAsync(reference, cancellationToken)
            ?? throw new EngineException(EngineError.Other, $"The engine imported {reference} and does not have it.");
        return image.Id;
    }

    /// <inheritdoc/>
    public async Task TagImageAsync(string image, string reference, CancellationToken cancellationToken)
    {
        var (name, tag) = ImageNames.Split(reference);
        await _transport.CallAsync(
            HttpMethod.Post,
            $"images/{ImagePath(image)}/tag?repo={Escape(name)}&tag={Escape(tag)}",
            EngineTransport.Ordinary,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            var status = await _transport.CallAsync(
                HttpMethod.Delete, $"images/{ImagePath(image)}", RemoveImageBound, cancellationToken, HttpStatusCode.NotFound);
            return status != HttpStatusCode.NotFound;
        }
        catch (EngineException e) when (e.Error is EngineError.Conflict or EngineError.NotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageDetails>> ListImagesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        var path = $"images/json?filters={Filters(("label", [.. labels]))}";
        var items = await _transport.GetAsync(path, EngineJson.Default.ImageListItemArray, cancellationToken);
        return [.. items.Where(item => Carries(item.Labels, labels)).Select(Detail)];
    }

    /// <inheritdoc/>
    public async Task PruneImagesAsync(string label, CancellationToken cancellationToken)
    {
        // One by one and by identifier, after a look of our own at labels and names: the engines' own prune calls differ in what their
        // filters mean, and a wrong guess there deletes other people's images.
        var path = $"images/json?filters={Filters(("label", [label]), ("dangling", ["true"]))}";
        var items = await _transport.GetAsync(path, EngineJson.Default.ImageListItemArray, cancellationToken);
        foreach (var item in items.Where(item => Carries(item.Labels, [label]) && References(item.RepoTags).Length == 0))
        {
            await RemoveImageAsync(ImageNames.Id(item.Id), cancellationToken);
        }
    }

    private static ImageDetails Detail(ImageListItem item) =>
        new(ImageNames.Id(item.Id), References(item.RepoTags), item.Labels ?? NoLabels, item.Size);

    private static string[] References(string[]? tags) =>
        [.. (tags ?? []).Where(tag => !tag.Contains("<none>", StringComparison.Ordinal)).Select(ImageNames.Full)];

    // Slashes stay: the engines' routers match a name with them, and Docker refuses escaped ones.
    private static string ImagePath(string image) => Escape(image).Replace("%2F", "/", StringComparison.Ordinal);

    private static void Report(ProgressLine line, Action<string> progress)
    {
        if (!string.IsNullOrWhiteSpace(line.Status ?? line.Stream))
        {
            progress(line.Id is null ? (line.Status ?? line.Stream)!.Trim() : $"{line.Id}: {(line.Status ?? line.Stream)!.Trim()}");
        }
    }
}
