using System.Collections.Immutable;

namespace Towpath.Core.Compose;

/// <summary>What to read, and how: the options people know from <c>docker compose</c>. All paths are absolute, with forward slashes.</summary>
public sealed record ComposeRequest
{
    /// <summary>The folder that relative paths of the first file count from.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>
    /// The user named the folder. Otherwise <see cref="ProjectDirectory"/> is where the search begins: where no files are given, the
    /// folder is that of the file that is found, or of the first that <c>COMPOSE_FILE</c> names.
    /// </summary>
    public bool IsDirectoryGiven { get; init; }

    /// <summary>Nothing outside this folder is read, symlinks followed, except files that the user named in <see cref="Files"/> and <see cref="EnvFiles"/>.</summary>
    public required string Root { get; init; }

    /// <summary>
    /// A plain path may lead out of <see cref="Root"/>, and is warned of: for a person who looks at files of their own. Off for what comes
    /// from elsewhere, such as a commit.
    /// </summary>
    public bool MayLeaveRoot { get; init; }

    /// <summary>The files, a later one over an earlier one. Empty: <c>compose.yaml</c> and its like in <see cref="ProjectDirectory"/>, with their override.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Files of variables, a later one over an earlier one. Empty: <c>.env</c> of <see cref="ProjectDirectory"/>, if it is there.</summary>
    public ImmutableArray<string> EnvFiles { get; init; } = [];

    /// <summary>Variables that stand above those of files: the process's, or none, so that the same commit always reads the same.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Active profiles; <c>*</c> for all. <c>COMPOSE_PROFILES</c> of the variables counts where this is empty.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Name of the project; null: <c>COMPOSE_PROJECT_NAME</c> of a file of variables, else <c>name:</c>, else the folder's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>What <c>~</c> stands for; null where it is not known.</summary>
    public string? Home { get; init; }

    /// <summary>Replace variables.</summary>
    public bool Interpolate { get; init; } = true;

    /// <summary>Add what Compose takes for granted: the default network, names of resources, implied dependencies.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Make relative paths absolute.</summary>
    public bool ResolvePaths { get; init; } = true;

    /// <summary>Read the files of <c>env_file</c> and <c>label_file</c> into the services that name them.</summary>
    public bool ResolveEnvironments { get; init; } = true;

    /// <summary>Check references, cycles and keys that exclude each other.</summary>
    public bool CheckConsistency { get; init; } = true;
}
