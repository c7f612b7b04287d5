using System.Collections.Immutable;

namespace Towpath.Core.Dockerfiles;

/// <summary>Finds the images that a build has to have at hand before it starts.</summary>
public static class DockerfileBases
{
    private const string Scratch = "scratch";

    /// <summary>
    /// The images that a Dockerfile takes from outside: by <c>FROM</c>, <c>COPY --from</c> and <c>RUN --mount=from</c>, without
    /// its own stages and <c>scratch</c>. A name that stays empty because its argument has no value is left out: the engine
    /// says what is wrong with it.
    /// </summary>
    /// <param name="file">The Dockerfile.</param>
    /// <param name="arguments">Build arguments; they replace the defaults of arguments that are declared before the first stage.</param>
    /// <returns>Each image once, in the order in which they appear.</returns>
    public static ImmutableArray<string> Of(Dockerfile file, IReadOnlyDictionary<string, string> arguments)
    {
        var images = new List<string>();
        foreach (var stage in file.Stages)
        {
            // A stage may be called like its base (FROM node AS node): it hides the image only from there on.
            if (stage.Parent(arguments) is null)
            {
                Add(stage.BaseName(arguments));
            }

            foreach (var source in stage.Instructions.SelectMany(DockerfileSource.Of).Where(s => file.Find(s.Name, stage.Index + 1) is null))
            {
                Add(source.Name);
            }
        }

        return [.. images];

        void Add(string image)
        {
            // Engines do not substitute in --from; a name with a variable is one they will refuse.
            if (image.Length > 0 && !image.Contains('$', StringComparison.Ordinal) && image != Scratch && !images.Contains(image, StringComparer.Ordinal))
            {
                images.Add(image);
            }
        }
    }
}
