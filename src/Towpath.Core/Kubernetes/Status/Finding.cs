namespace Towpath.Core.Kubernetes.Status;

/// <summary>What is wrong with a pod or a container.</summary>
/// <param name="Cause">What it is.</param>
/// <param name="Why">In words, without a full stop.</param>
/// <param name="IsFinal">It will not pass by itself.</param>
internal sealed record Finding(StatusCause Cause, string Why, bool IsFinal);

/// <summary>Words of a cluster, made fit for one sentence.</summary>
internal static class ClusterWords
{
    private const int MaxLength = 500;

    // What a message of the container runtime begins with, layer by layer, before it says what happened.
    private static readonly string[] Wrappings =
    [
        "Error: ", "rpc error: code = ", "failed to create containerd task: ", "failed to create shim task: ", "OCI runtime create failed: ", "runc create failed: ",
        "unable to start container process: ", "failed to do request: ", "container_linux.go:",
    ];

    /// <summary>On one line, without a full stop, not too long.</summary>
    public static string Plain(string? words)
    {
        var line = string.Join(' ', (words ?? "").Split((char[])['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length <= MaxLength ? line : line[..MaxLength] + " ...";
    }

    /// <summary>The same without what the layers of the runtime put before it.</summary>
    public static string Unwrapped(string? words)
    {
        var text = Plain(words);
        for (var before = ""; before != text;)
        {
            before = text;
            foreach (var wrapping in Wrappings.Where(w => text.StartsWith(w, StringComparison.Ordinal))) text = text[wrapping.Length..];
            if (text.StartsWith("Unknown desc = ", StringComparison.Ordinal) || text.StartsWith("NotFound desc = ", StringComparison.Ordinal)) text = text[(text.IndexOf('=', StringComparison.Ordinal) + 2)..];
        }

        return text.EndsWith(": unknown", StringComparison.Ordinal) ? text[..^": unknown".Length] : text;
    }

    /// <summary>The registry's words in a message about a pull: what stands behind the image's name for the last time.</summary>
    public static string OfRegistry(string? words, string image)
    {
        var text = Unwrapped(words);
        var at = text.LastIndexOf(image + "\": ", StringComparison.Ordinal);
        return Unwrapped(at < 0 ? text : text[(at + image.Length + 3)..]);
    }
}
