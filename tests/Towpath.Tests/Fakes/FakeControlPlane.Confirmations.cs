using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Confirmations by a link.
internal partial class FakeControlPlane
{
    public Func<string, ConfirmationLink> OnOpenLink { get; set; } = _ => new ConfirmationLink("shop", "production", "r-1", "dev", new string('c', 64), Facts.Start.AddHours(24));

    public ConfirmationLink OpenLink(string link) => OnOpenLink(link);

    public Task<LinkAnswer> LinkAsync(string application, LinkRequest request, CancellationToken cancellationToken) =>
        Answer(request, r => new LinkAnswer("https://towpath.example.org/confirm?link=x.y", r.Release ?? "r-1", r.Environment, r.Role, Facts.Start.AddHours(24)));

    public Task<DeploymentAnswer> ConfirmByLinkAsync(LinkedConfirmRequest request, CancellationToken cancellationToken) =>
        Answer(request, _ => new DeploymentAnswer(null, "r-1", "production", 0, "one more yes is needed"));
}
