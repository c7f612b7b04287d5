namespace Towpath.Core.Dockerfiles;

/// <summary>What each instruction needs.</summary>
public static class DockerfileGrammar
{
    /// <summary>All instructions.</summary>
    public static IReadOnlyList<string> Instructions { get; } =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER",
        "VOLUME", "WORKDIR",
    ];

    // CMD [] and ENTRYPOINT [] are lawful: they take back what the base image says.
    private static readonly string[] WithoutArguments = ["CMD", "ENTRYPOINT"];

    /// <summary>What a builder would refuse of the order and the arguments; unknown instructions are left to the one who tells of them.</summary>
    internal static IEnumerable<DockerfileProblem> Check(Dockerfile file)
    {
        if (file.Stages.IsEmpty && file.Instructions.IsEmpty)
        {
            yield return new DockerfileProblem("it has no instruction", new Diagnostics.Location(file.Path, 1, 1, 1, 1));
        }

        foreach (var instruction in file.Globals.Where(i => i.Name != "ARG" && Instructions.Contains(i.Name)))
        {
            yield return new DockerfileProblem($"`{instruction.Name}` stands before the first FROM", instruction.KeywordLocation);
        }

        if (file.Stages.IsEmpty && file.Instructions is [.., var last])
        {
            yield return new DockerfileProblem("it has no FROM", last.KeywordLocation);
        }

        foreach (var instruction in file.Instructions)
        {
            if (instruction.Words.Length < Least(instruction.Name))
            {
                yield return new DockerfileProblem($"`{instruction.Name}` lacks an argument", instruction.Location);
            }
            else if (instruction is { Name: "FROM", Words.Length: not (1 or 3) })
            {
                yield return new DockerfileProblem("`FROM` takes an image, or an image and `AS` and a name", instruction.Location);
            }
        }
    }

    private static int Least(string name) => WithoutArguments.Contains(name) || !Instructions.Contains(name) ? 0 : name is "COPY" or "ADD" ? 2 : 1;
}
