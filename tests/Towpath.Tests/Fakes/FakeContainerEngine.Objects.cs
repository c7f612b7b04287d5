using System.Collections.Immutable;
using System.Formats.Tar;
using Towpath.Core.Applications;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Fakes;

// Images, networks and volumes.
public sealed partial class FakeContainerEngine
{
    public async Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        await Enter("inspect-image " + image, cancellationToken);
        return Locked(() => FindImage(image));
    }

    public async Task PullImageAsync(string reference, Action<string> progress, CancellationToken cancellationToken)
    {
        await Enter("pull " + reference, cancellationToken);
        if (!Registry.Contains(reference))
            throw new EngineException(EngineError.ImageUnavailable, $"no registry has {reference}");
        progress("pulled " + reference);
        AddImage(reference);
    }

    public async Task PushImageAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken)
    {
        await Enter($"push {image} {destination}", cancellationToken);
        var found = Locked(() => FindImage(image)) ?? throw new EngineException(EngineError.NotFound, $"{image}: image not known");
        if (OnPush is { } script)
            await script(found, destination, access);
        progress("pushed " + destination);
    }

    public async Task TagImageAsync(string image, string reference, CancellationToken cancellationToken)
    {
        await Enter($"tag {reference}", cancellationToken);
        Locked(() =>
        {
            var found = FindImage(image) ?? throw new EngineException(EngineError.NotFound, $"no such image {image}");
            Store(found.Id, [reference], found.Labels);
        });
    }

    public async Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken)
    {
        await Enter("remove-image " + image, cancellationToken);
        return Locked(() =>
        {
            if (FindImage(image) is not { } found)
                return false;
            var left = found.References.Where(r => r != image && image != found.Id).ToList();
            if (left.Count > 0)
                _images[found.Id] = found with { References = left };
            else if (_containers.Values.Any(c => c.ImageId == found.Id))
                return false;
            else
                _images.Remove(found.Id);
            return true;
        });
    }

    public async Task<IReadOnlyList<ImageDetails>> ListImagesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        await Enter("list-images " + string.Join(',', labels), cancellationToken);
        return Locked(() => _images.Values.Where(i => Carries(i.Labels, labels)).ToList());
    }

    public async Task PruneImagesAsync(string label, CancellationToken cancellationToken)
    {
        await Enter("prune-images " + label, cancellationToken);
        Locked(() =>
        {
            foreach (var image in _images.Values.Where(i => i.References.Count == 0 && Carries(i.Labels, [label])).ToList())
            {
                if (_containers.Values.All(c => c.ImageId != image.Id))
                    _images.Remove(image.Id);
            }
        });
    }

    public async Task<string> BuildImageAsync(BuildRequest request, Action<string> log, CancellationToken cancellationToken)
    {
        await Enter($"build {request.Labels.GetValueOrDefault("towpath.service")} {request.Target}".TrimEnd(), cancellationToken);
        var files = await ReadAsync(request, cancellationToken);
        var content = OnBuild is null ? null : await OnBuild(request, files, log, cancellationToken);
        content ??= string.Join('\n', files.Select(f => $"{f.Key}={f.Value}"));
        var key = string.Join('|', [request.Dockerfile, request.Target, .. request.Args.Select(a => $"{a}"), .. request.Labels.Select(l => $"{l}"), content]);
        return Locked(() => Store(DigestOf(key), request.Tags, request.Labels));
    }

    public async Task<string> ImportImageAsync(Stream rootfsTar, string reference, IReadOnlyList<string> changes, CancellationToken cancellationToken)
    {
        await Enter("import " + reference, cancellationToken);
        using var content = new MemoryStream();
        await rootfsTar.CopyToAsync(content, cancellationToken);
        var key = Convert.ToBase64String(content.ToArray()) + string.Join('|', changes);
        return Locked(() => Store(DigestOf(key), [reference], ImmutableDictionary<string, string>.Empty));
    }

    public async Task CreateNetworkAsync(NetworkPlan plan, CancellationToken cancellationToken)
    {
        await Enter("create-network " + plan.Name, cancellationToken);
        Locked(() =>
        {
            if (_networks.ContainsKey(plan.Name))
                return;
            if (_networks.Values.Any(n => n.Subnet == plan.Subnet))
                throw new EngineException(EngineError.SubnetTaken, $"{plan.Subnet} overlaps another network");
            _networks[plan.Name] = new NetworkDetails(plan.Name, plan.Subnet, plan.Labels);
        });
    }

    public async Task<NetworkDetails?> InspectNetworkAsync(string name, CancellationToken cancellationToken)
    {
        await Enter("inspect-network " + name, cancellationToken);
        return Locked(() => _networks.GetValueOrDefault(name));
    }

    public async Task<IReadOnlyList<NetworkDetails>> ListNetworksAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        await Enter("list-networks " + string.Join(',', labels), cancellationToken);
        return Locked(() => _networks.Values.Where(n => Carries(n.Labels, labels)).ToList());
    }

    public async Task RemoveNetworkAsync(string name, CancellationToken cancellationToken)
    {
        await Enter("remove-network " + name, cancellationToken);
        Locked(() => _networks.Remove(name));
    }

    public async Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        await Enter("create-volume " + name, cancellationToken);
        Locked(() => _volumes.TryAdd(name, labels));
    }

    public async Task<IReadOnlyList<string>> ListVolumesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        await Enter("list-volumes " + string.Join(',', labels), cancellationToken);
        return Locked(() => _volumes.Where(v => Carries(v.Value, labels)).Select(v => v.Key).ToList());
    }

    public async Task<IReadOnlyList<string>> ListVolumeUsersAsync(string volume, CancellationToken cancellationToken)
    {
        await Enter("volume-users " + volume, cancellationToken);
        return Locked(() => _containers.Values
            .Where(c => c.Plan.Mounts.Any(m => m.Kind == MountKind.Volume && m.Source == volume)).Select(c => c.Plan.Name).ToList());
    }

    public async Task RemoveVolumeAsync(string name, CancellationToken cancellationToken)
    {
        await Enter("remove-volume " + name, cancellationToken);
        Locked(() => _volumes.Remove(name));
    }

    private static async Task<SortedDictionary<string, string>> ReadAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        await request.WriteContext(tar, cancellationToken);
        tar.Position = 0;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            if (entry.EntryType is not TarEntryType.RegularFile)
                continue;
            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            files[entry.Name] = await text.ReadToEndAsync(cancellationToken);
        }

        return files;
    }

    private ImageDetails? FindImage(string image) =>
        _images.GetValueOrDefault(image) ?? _images.Values.FirstOrDefault(i => i.References.Contains(image));

    /// <summary>A name leads to one image: it is taken from the image that had it.</summary>
    private string Store(string id, IReadOnlyList<string> references, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var other in _images.Values.Where(i => i.Id != id && i.References.Any(references.Contains)).ToList())
            _images[other.Id] = other with { References = [.. other.References.Except(references)] };

        var had = _images.GetValueOrDefault(id)?.References ?? [];
        _images[id] = new ImageDetails(id, [.. had.Union(references)], labels, 1000);
        return id;
    }
}
