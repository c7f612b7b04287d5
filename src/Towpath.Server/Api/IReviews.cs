namespace Towpath.Server.Api;

/// <summary>What can be asked about readiness sheets. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IReviews
{
    /// <summary>The readiness sheet of an application, as of now.</summary>
    Task<ReviewAnswer> ReviewAsync(string application, CancellationToken cancellationToken);

    /// <summary>The readiness sheets that were written by themselves, written last first.</summary>
    Task<IReadOnlyList<WrittenReviewAnswer>> WrittenReviewsAsync(string application, CancellationToken cancellationToken);
}
