using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath resume</c>.</summary>
internal sealed class ResumeVerb : AskVerb
{
    private readonly HaltExtent _extent = new();

    /// <summary>Declares it.</summary>
    public ResumeVerb()
        : base("resume", "Lets go on what `pause` or `halt` made stand still.", "resume production", "resume", "resume --everything") => _extent.AddTo(this);

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var request = await _extent.ReadAsync(invocation, plane, Name, cancellationToken);
        // A deployment that was paused is in an environment; what is wider can only have been halted.
        return request is { Application: { } application, Environment: { } environment }
            ? await plane.ResumeAsync(application, new ResumeRequest(environment, request.Actor), cancellationToken)
            : await plane.UnhaltAsync(request, cancellationToken);
    }
}
