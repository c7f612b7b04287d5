using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Dockerfiles;
using Towpath.Core.Environments;
using Towpath.Core.Releases;

namespace Towpath.Core.Kubernetes;

/// <summary>A request from files alone, before anything is built: images by the names that they will be pushed under.</summary>
public static class SourceImages
{
    private const string UsualTag = "unreleased";

    /// <summary>The request for an environment of an application.</summary>
    /// <param name="application">What the files describe.</param>
    /// <param name="environment">One of its environments.</param>
    /// <param name="files">The files.</param>
    /// <param name="tag">Tag of images that are built; null for <c>unreleased</c>.</param>
    /// <param name="version">The version of the cluster.</param>
    public static ClusterRequest Request(Application application, EnvironmentSpec environment, ISourceFiles files, string? tag, KubernetesVersion version)
    {
        var facts = application.Services.ToImmutableSortedDictionary(s => s.Name, s => Of(application, s, environment.Kubernetes?.Registry, files, tag ?? UsualTag), StringComparer.Ordinal);
        var images = facts.ToImmutableSortedDictionary(f => f.Key, f => new ReleaseImage(f.Value.Reference, f.Value.Reference), StringComparer.Ordinal);
        var release = new Release(tag ?? UsualTag, application, "", "", images, "", default);
        return new ClusterRequest
        {
            Desired = EnvironmentPlanner.Plan(release, environment, ImmutableDictionary<string, string>.Empty),
            Files = files,
            Images = facts,
            Version = version,
        };
    }

    private static ImageFacts Of(Application application, Service service, string? registry, ISourceFiles files, string tag)
    {
        if (service.Build is not { } build)
        {
            return new ImageFacts(service.Image ?? $"{application.Name}-{service.Name}:{tag}", null, []);
        }

        var name = service.Image ?? $"{(registry is null ? "" : registry + "/")}{application.Name}-{service.Name}:{tag}".ToLowerInvariant();
        return Built(build, files) is { } image
            ? new ImageFacts(name, image.User, [.. image.Ports.Where(p => p.Protocol == "tcp").Select(p => p.Port)])
            : new ImageFacts(name, null, []);
    }

    private static DockerfileImage? Built(BuildSpec build, ISourceFiles files)
    {
        var path = build.Context == "." ? build.Dockerfile : $"{build.Context}/{build.Dockerfile}";
        if (files.TryRead(path) is not { Length: <= Dockerfile.MaxLength } bytes)
        {
            return null;
        }

        var file = Dockerfile.Parse(path, Encoding.UTF8.GetString(bytes.Span));
        return file.Stage(build.Target) is { } stage ? DockerfileImage.Of(file, stage, build.Args) : null;
    }
}
