using Towpath.Server.Api;

namespace Towpath.Server;

// What the delivery desk does, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Promote(application, request));

    /// <inheritdoc/>
    public Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Confirm(application, request));

    /// <inheritdoc/>
    public Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Rollback(application, request));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatesAnswer>> GatesAsync(string application, string? environment, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Gates(application, environment, release));

    /// <inheritdoc/>
    public Task<AgreementAnswer> AgreementAsync(string application, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(_agreements.Show(application, release));

    /// <inheritdoc/>
    public Task<AgreementAnswer> SignAgreementAsync(string application, SignRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_agreements.Sign(application, request));

    /// <inheritdoc/>
    public Task<AskedAnswer> RejectAsync(string application, RejectRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Reject(application, request));

    /// <inheritdoc/>
    public Task<AskedAnswer> PauseAsync(string application, PauseRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Pause(application, request));

    /// <inheritdoc/>
    public Task<AskedAnswer> ResumeAsync(string application, ResumeRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Resume(application, request));

    /// <inheritdoc/>
    public Task<AskedAnswer> AbortAsync(string application, AbortRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Abort(application, request));

    /// <inheritdoc/>
    public Task<AskedAnswer> ProceedAsync(string application, ProceedRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Proceed(application, request));

    /// <inheritdoc/>
    public Task<AskedAnswer> HaltAsync(HaltRequest request, CancellationToken cancellationToken) => Task.FromResult(_desk.Halt(request));

    /// <inheritdoc/>
    public Task<AskedAnswer> UnhaltAsync(HaltRequest request, CancellationToken cancellationToken) => Task.FromResult(_desk.Unhalt(request));
}
