using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Environments;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>What is known of a deployment beside what it brings in: for people who read the repository's log.</summary>
/// <param name="Actor">Who asked for it; null where that is not known.</param>
/// <param name="Commit">Commit of the release's source; null where that is not known.</param>
/// <param name="Subject">First line of that commit's message.</param>
/// <param name="Why">Why it goes back; null while it goes forward.</param>
public sealed record DeliveryStory(string? Actor, string? Commit, string? Subject, string? Why)
{
    /// <summary>Nothing is known.</summary>
    public static DeliveryStory None { get; } = new(null, null, null, null);

    /// <summary>SHA-256 over commit, application and images of the release; null where that is not known.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Who said yes, each with the role: <c>bob (operations)</c>.</summary>
    public ImmutableArray<string> ConfirmedBy { get; init; } = [];
}

/// <summary>
/// Messages of commits to an environments repository. The last lines are trailers as git knows them (git-interpret-trailers), by which a deployment finds
/// its own commit again: whoever writes any other line of a message can't begin a line with one, since all that is told stands behind a word of ours.
/// </summary>
public static class DeliveryMessage
{
    private const int LongestText = 200;
    private const string Deployment = "Towpath-Deployment";
    private const string Reverts = "Towpath-Reverts";
    private const string Removes = "Towpath-Removes";

    /// <summary>Message of the commit that brings a release in.</summary>
    /// <param name="id">Deployment.</param>
    /// <param name="writer">Name of the control plane that deploys: numbers of deployments are its own.</param>
    /// <param name="target">What comes in.</param>
    /// <param name="story">What else is known.</param>
    public static string Of(string id, string writer, EnvironmentDesired target, DeliveryStory story)
    {
        var text = Head($"{PlaceOf(target)}: {target.Release}");
        text.Append("Deployment ").Append(id).Append(" brings ").Append(target.Release).Append(" into ").Append(target.Environment.Name).Append(".\n");
        Tell(text, "Asked for by", story.Actor);
        Tell(text, "Confirmed by", story.ConfirmedBy.IsEmpty ? null : string.Join(", ", story.ConfirmedBy));
        Tell(text, "Source", story.Commit is null ? null : $"{story.Commit} {story.Subject}");
        Tell(text, "Content", story.ContentHash is null ? null : $"sha256:{story.ContentHash}");
        text.Append("\nImages:\n");
        foreach (var service in target.Services)
        {
            text.Append("  ").Append(Line(service.Name)).Append(' ').Append(Line(service.Image.Digest)).Append('\n');
        }

        return Trailers(text, target, [("Towpath-Release", target.Release), (Deployment, $"{id} {writer}")]);
    }

    /// <summary>Message of the commit that takes a deployment's commit back.</summary>
    /// <param name="id">Deployment.</param>
    /// <param name="writer">Name of the control plane.</param>
    /// <param name="target">What had come in.</param>
    /// <param name="previous">What comes back.</param>
    /// <param name="commit">The commit that is taken back.</param>
    /// <param name="story">What else is known.</param>
    public static string OfRevert(string id, string writer, EnvironmentDesired target, EnvironmentDesired previous, string commit, DeliveryStory story)
    {
        var text = Head($"Revert \"{PlaceOf(target)}: {target.Release}\"");
        text.Append("This reverts commit ").Append(commit).Append(".\n");
        text.Append("Deployment ").Append(id).Append(" failed; ").Append(previous.Release).Append(" comes back.\n");
        Tell(text, "Reason", story.Why);
        return Trailers(text, target, [("Towpath-Release", previous.Release), (Reverts, $"{id} {writer}")]);
    }

    /// <summary>Message of the commit by which an environment leaves the repository.</summary>
    public static string OfRemoval(string application, string environment, string writer)
    {
        var text = Head($"{application}/{environment}: removed");
        text.Append("The environment ends, or runs somewhere else from now on.\n");
        text.Append('\n').Append(Removes).Append(": ").Append(application).Append('/').Append(environment).Append(' ').Append(writer).Append('\n');
        return text.ToString();
    }

    /// <summary>A basic regular expression for a line of the message of the commit that a deployment made.</summary>
    public static string PatternOf(string id, string writer) => $"^{Deployment}: {id} {writer}$";

    /// <summary>A basic regular expression for a line of the message of the commit that took it back.</summary>
    public static string RevertPatternOf(string id, string writer) => $"^{Reverts}: {id} {writer}$";

    private static string PlaceOf(EnvironmentDesired desired) => $"{desired.Application}/{desired.Environment.Name}";

    private static StringBuilder Head(string title) => new StringBuilder().Append(Line(title)).Append("\n\n");

    private static void Tell(StringBuilder text, string word, string? what)
    {
        if (!string.IsNullOrWhiteSpace(what))
        {
            text.Append(word).Append(": ").Append(Line(what)).Append('\n');
        }
    }

    private static string Trailers(StringBuilder text, EnvironmentDesired target, IEnumerable<(string Key, string Value)> more)
    {
        text.Append('\n');
        foreach (var (key, value) in more.Prepend(("Towpath-Environment", PlaceOf(target))))
        {
            text.Append(key).Append(": ").Append(value).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What others wrote, on one line and bounded.</summary>
    private static string Line(string text)
    {
        var clean = string.Join(' ', new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return clean.Length <= LongestText ? clean : clean[..LongestText].TrimEnd() + "…";
    }
}
