using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>Who the processes of a service run as: a number, since a cluster can tell of a name neither who it is nor that it is not root.</summary>
internal static class UserPlanner
{
    /// <summary>The user where nothing says one.</summary>
    public const long Nobody = 10001;

    /// <summary>The user of a service. What can't be told for certain is told about.</summary>
    public static PodUser Of(Service spec, ImageFacts image, DiagnosticBag bag)
    {
        var place = spec.Source.Keys.GetValueOrDefault("user") ?? spec.Location;
        if (spec.User is { } asked)
        {
            var said = new Origin($"`user` of {spec.Name}", place);
            if (Parse(asked) is var (id, group))
            {
                if (id == 0)
                {
                    bag.Add(KubernetesDiagnostics.RunsAsRoot(place, spec.Name));
                }

                return new PodUser(id, group, said);
            }

            bag.Add(KubernetesDiagnostics.UserByName(place, spec.Name, asked, Nobody));
            return new PodUser(Nobody, Nobody, said);
        }

        if (image.User is { Length: > 0 } own && Parse(own) is var (imageId, imageGroup) && imageId != 0)
        {
            return new PodUser(imageId, imageGroup, new Origin("the user of the image"));
        }

        if (KnownImage.Of(spec) is { } known)
        {
            return new PodUser(known.User, known.User, new Origin("the user of the official image"));
        }

        if (!(spec.Cluster?.IsPrivileged ?? false))
        {
            bag.Add(KubernetesDiagnostics.UserUnknown(spec.Location, spec.Name, Nobody));
        }

        return new PodUser(Nobody, Nobody, new Origin("nothing says who it runs as, and it must not be root"));
    }

    private static (long Id, long Group)? Parse(string text)
    {
        var parts = text.Split(':');
        return Number(parts[0]) is { } id ? (id, parts.Length > 1 && Number(parts[1]) is { } group ? group : id) : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : KnownImage.NumberOf(text);
}
