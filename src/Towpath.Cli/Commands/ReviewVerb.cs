using System.CommandLine;
using Towpath.Cli.Files;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Reviews;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath review</c>.</summary>
internal sealed class ReviewVerb : Verb
{
    private readonly Argument<string?> _application = new("APP") { Description = "Application (default: the one of the working folder, or the only one).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _write = new("--write") { Description = "Write it as Markdown to this file below the working folder.", HelpName = "FILE" };
    private readonly Option<bool> _written = new("--written") { Description = "Print the sheet that was written by itself last, as Markdown, instead of one as of now." };

    /// <summary>Declares it.</summary>
    public ReviewVerb()
        : base(
            "review", "Shows how ready an application is: open points, what is due before the next demo, stability, pipelines, contract, requests, signatures.",
            "review", "review shop --write readiness.md", "review --written")
    {
        Arguments.Add(_application);
        Options.Add(_write);
        Options.Add(_written);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = invocation.Arguments.GetValue(_write) is { } name ? WorkingFile.Open(invocation.Surroundings.Folder, name) : null;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = invocation.Arguments.GetValue(_application) ?? await invocation.ApplicationAsync(plane, cancellationToken);
        if (invocation.Arguments.GetValue(_written))
        {
            var written = await LastAsync(plane, application, cancellationToken);
            Show(invocation, file, written, written.Text, text => text.Write(written.Text));
        }
        else
        {
            var review = await plane.ReviewAsync(application, cancellationToken);
            Show(invocation, file, review, MarkdownReview.Write(review.Sheet, null), text => ReviewText.Write(text, review));
        }

        return ExitCode.Success;
    }

    private static async Task<WrittenReviewAnswer> LastAsync(IControlPlane plane, string application, CancellationToken cancellationToken) =>
        (await plane.WrittenReviewsAsync(application, cancellationToken)) is [var last, ..]
            ? last
            : throw new DiagnosticException(ExitCode.NotFound, ReviewDiagnostics.NothingWritten(application, (await plane.ReviewAsync(application, cancellationToken)).Schedule));

    private void Show<T>(Invocation invocation, WorkingFile? file, T answer, string markdown, Action<TextWriter> text)
    {
        if (file is not null)
        {
            file.Write(markdown);
            invocation.Terminal.Say($"wrote {invocation.Arguments.GetValue(_write)}");
        }

        // What went into a file does not go to standard output as well, unless a program wants it.
        invocation.Terminal.Result(answer, file is null ? text : _ => { });
    }
}

/// <summary>A readiness sheet in words.</summary>
internal static class ReviewText
{
    /// <summary>The sections one after the other, then when one is written by itself.</summary>
    public static void Write(TextWriter writer, ReviewAnswer review)
    {
        writer.WriteLine($"{Plain.Clean(review.Sheet.Application)}, as of {TokenText.Time(review.Sheet.At)}");
        foreach (var section in ReviewSection.Of(review.Sheet))
        {
            writer.WriteLine();
            writer.WriteLine($"{section.Title}:");
            Write(writer, section);
        }

        writer.WriteLine();
        writer.WriteLine(review is { Schedule: { } schedule, NextDue: { } next }
            ? $"written by itself: {schedule}, next {TokenText.Time(next)}{(review.LastDue is { } last ? $", last {TokenText.Time(last)}" : "")}"
            : "written by itself: never; `review:` in towpath.yaml says when");
    }

    private static void Write(TextWriter writer, ReviewSection section)
    {
        if (section.Rows.IsEmpty)
        {
            writer.WriteLine(Plain.Clean(section.Otherwise));
        }
        else if (section.Headings.Length == 1)
        {
            foreach (var row in section.Rows) writer.WriteLine($"- {Plain.Clean(row[0])}");
        }
        else
        {
            var table = new TextTable([.. section.Headings]);
            foreach (var row in section.Rows) table.Add([.. row]);
            table.Write(writer);
        }
    }
}
