using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Rules;

/// <summary>What an image starts from and who it runs as.</summary>
internal static class BaseImageRules
{
    private static readonly string[] Root = ["root", "0"];

    /// <summary>TP2101: each image that comes from outside has a tag or digest, and not <c>latest</c>.</summary>
    public static IEnumerable<Diagnostic> Pinned(ContractSubject subject)
    {
        var own = subject.Application.Services.Where(s => s.Build is not null).Select(s => s.Image).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var stage in subject.Stages)
        {
            if (stage.Base is { } name && stage.Parent(subject.Arguments) is null)
            {
                foreach (var found in Judge(stage.BaseName(subject.Arguments), name.Location))
                {
                    yield return found;
                }
            }

            foreach (var source in stage.Instructions.SelectMany(DockerfileSource.Of).Where(s => subject.Dockerfile!.Find(s.Name, stage.Index + 1) is null))
            {
                foreach (var found in Judge(source.Name, source.Flag.Word.Location))
                {
                    yield return found;
                }
            }
        }

        // A number and a name with a variable are no images: other rules and the builder tell of them.
        IEnumerable<Diagnostic> Judge(string image, Location place) =>
            image is "" or "scratch" || own.Contains(image) || image.Contains('$', StringComparison.Ordinal) || image.All(char.IsAsciiDigit)
            || ImageReference.Parse(image) is not { IsLoose: true } reference
                ? []
                : [DockerfileContractDiagnostics.BaseImageLoose(place, image, reference.Looseness)];
    }

    /// <summary>TP2102: neither the image nor the Compose file leaves the service root.</summary>
    public static IEnumerable<Diagnostic> NotRoot(ContractSubject subject)
    {
        if (subject.Image is not { } image || (subject.Service.User is { } given && !IsRoot(given)))
        {
            yield break;
        }

        var inherited = image.Base.Contains("nonroot", StringComparison.Ordinal) || image.Base.Contains("unprivileged", StringComparison.Ordinal);
        if (image.UserFrom is { } from && IsRoot(image.User!))
        {
            yield return DockerfileContractDiagnostics.RunsAsRoot(from.Location, isSaid: true);
        }
        else if (image.UserFrom is null && !inherited)
        {
            yield return DockerfileContractDiagnostics.RunsAsRoot(image.Stage.From.Location, isSaid: false);
        }
    }

    private static bool IsRoot(string user) => Root.Contains(user.Split(':')[0].Trim());
}
