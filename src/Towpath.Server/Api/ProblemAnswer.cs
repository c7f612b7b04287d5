using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>Body of every answer that is not a success: a problem of RFC 9457, with the diagnostics as they are printed by the command line.</summary>
/// <param name="Diagnostics">What is wrong; at least one.</param>
/// <param name="ExitCode">Exit code for the command line, see <c>ExitCode</c>.</param>
public sealed record ProblemAnswer(IReadOnlyList<Diagnostic> Diagnostics, int ExitCode)
{
    /// <summary>Name of the kind of problem, <c>urn:towpath:problem:CODE</c>: a name and not an address. Null where it never went over HTTP.</summary>
    public string? Type { get; init; }

    /// <summary>The kind of problem in words: the same for all of a kind.</summary>
    public string? Title { get; init; }

    /// <summary>HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong this time: headline of the first diagnostic.</summary>
    public string? Detail { get; init; }

    /// <summary>Code of the first diagnostic; <c>towpath explain CODE</c> tells of it.</summary>
    public string? Code { get; init; }

    /// <summary>With the members that RFC 9457 names.</summary>
    internal ProblemAnswer At(int status) => Diagnostics is not [var first, ..] ? this : this with
    {
        Type = $"urn:towpath:problem:{first.Code}",
        Title = DiagnosticPages.Page(first.Code)?.Title ?? first.Headline,
        Status = status,
        Detail = first.Headline,
        Code = first.Code,
    };
}
