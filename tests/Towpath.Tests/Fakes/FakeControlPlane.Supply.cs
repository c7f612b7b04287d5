using Towpath.Core.Supply.Bom;
using Towpath.Core.Supply.Packages;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// The supply chain: one of each answer.
internal partial class FakeControlPlane
{
    public ProvenanceAnswer OnProvenance { get; set; } = new("r-1", "{\"payloadType\":\"application/vnd.in-toto+json\"}", "-----BEGIN PUBLIC KEY-----", null);

    public VulnerabilitiesAnswer OnVulnerabilities { get; set; } = new("r-1", [], 0, new Dictionary<string, DateTimeOffset?>(), []);

    public Task<BillAnswer> BillAsync(string application, string? release, string? service, CancellationToken cancellationToken) =>
        Answer($"sbom {application} {release} {service}", _ => new BillAnswer("r-1", new Dictionary<string, string> { ["api"] = "2 packages (2 deb)" }, "{ \"bomFormat\": \"CycloneDX\" }"));

    public Task<PackagesAnswer> PackagesAsync(string application, string before, string after, CancellationToken cancellationToken) =>
        Answer($"packages {application} {before} {after}", _ => new PackagesAnswer("r-1", "r-2", [new ServicePackagesAnswer("api", [new PackageChange(PackageKind.Deb, "zlib1g", ["1.2"], ["1.3"])])]));

    public Task<ProvenanceAnswer> ProvenanceAsync(string application, string? release, CancellationToken cancellationToken) => Answer($"provenance {application} {release}", _ => OnProvenance);

    public Task<VulnerabilitiesAnswer> VulnerabilitiesAsync(string application, string? release, CancellationToken cancellationToken) =>
        Answer($"vulnerabilities {application} {release}", _ => OnVulnerabilities);

    public Task ImportAdvisoriesAsync(AdvisoriesRequest request, CancellationToken cancellationToken) => Answer(request, _ => true);

    public Task FinishImportAsync(ImportRequest request, CancellationToken cancellationToken) => Answer(request, _ => true);
}
