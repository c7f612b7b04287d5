using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Releases;

/// <summary>A commit, built and tested: immutable. What is not in the hash (time, evidence) does not change what runs.</summary>
/// <param name="Id"><c>r-</c> and the first 12 hexadecimal digits of <paramref name="ContentHash"/>.</param>
/// <param name="Application">The application model at that commit.</param>
/// <param name="Commit">Full object name of the commit.</param>
/// <param name="Subject">First line of the commit's message, at most 120 characters.</param>
/// <param name="Images">Service name to image.</param>
/// <param name="ContentHash">SHA-256, lower-case hexadecimal, over commit, application and images.</param>
/// <param name="CreatedAt">When the pipeline finished.</param>
public sealed record Release(
    string Id,
    Application Application,
    string Commit,
    string Subject,
    ImmutableSortedDictionary<string, ReleaseImage> Images,
    string ContentHash,
    DateTimeOffset CreatedAt);

/// <summary>An image of a release.</summary>
/// <param name="Digest">Content identifier, <c>sha256:</c> and 64 hexadecimal digits: the identifier that the engine reports for running containers.</param>
/// <param name="Reference">A name that keeps the image from being pruned, <c>localhost/towpath/APPLICATION/SERVICE:DIGEST12</c>.</param>
public sealed record ReleaseImage(string Digest, string Reference);
