using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>What is proposed for one service: keys of <c>x-towpath</c>, each with the place that it follows from.</summary>
internal sealed class ServiceProposal
{
    private readonly List<Finding> _findings = [];
    private readonly List<Diagnostic> _open = [];

    /// <summary>Looks at a service.</summary>
    public ServiceProposal(ServiceOutline service, ServiceScan scan, CodeOwners owners, string? defaultOwner, bool mayMigrate)
    {
        Service = service;
        Scan = scan;
        Own(owners, defaultOwner);
        if (scan.SpeaksHttp)
        {
            Answer();
        }

        Keep(mayMigrate);
    }

    /// <summary>The service.</summary>
    public ServiceOutline Service { get; }

    /// <summary>What its files say.</summary>
    public ServiceScan Scan { get; }

    /// <summary>What was found, in the order in which it is written.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>What only a person knows.</summary>
    public IReadOnlyList<Diagnostic> Open => _open;

    /// <summary>Path of readiness, of the file or proposed; null for none.</summary>
    public string? ReadyPath { get; private set; }

    /// <summary>Adds a value that follows from the whole application.</summary>
    public void Add(string key, string value, string source) => _findings.Add(new Finding(Service.Name, key, value, source));

    private void Own(CodeOwners owners, string? fallback)
    {
        if (owners.Of(Service.Context is null ? "." : Scan.Folder) is { } owner)
        {
            Add("owner", YamlWords.Write(owner.Name), owner.Source);
        }
        else if (fallback is not null)
        {
            Add("owner", YamlWords.Write(fallback), "what you said");
        }
        else if (!Service.Delivery.ContainsKey("owner"))
        {
            _open.Add(OnboardingDiagnostics.OwnerUnknown(Service.Location, Service.Name));
        }
    }

    private void Answer()
    {
        if (Scan.Port is { } port)
        {
            Add("port", port.Number.ToString(CultureInfo.InvariantCulture), port.Source);
            if (Scan.IsPortAssumed && !Service.Delivery.ContainsKey("port"))
            {
                _open.Add(OnboardingDiagnostics.PortAssumed(Service.Location, Service.Name, port.Number, Scan.Framework!.Value.Framework.Name));
            }
        }

        ReadyPath = Service.Delivery.GetValueOrDefault("health") switch
        {
            YamlScalar path => path.Value,
            YamlMapping health => (health.Get("ready") as YamlScalar)?.Value,
            _ => null,
        };
        var routes = Scan.HealthRoutes();
        var ready = routes.Where(r => r.Readiness is not null).OrderBy(r => r.Readiness).ThenBy(r => r.Path.Length).ToList();
        var live = routes.FirstOrDefault(r => r.IsLiveness);
        if (ready.FirstOrDefault() is { } best)
        {
            ReadyPath ??= best.Path;
            Add("health", live is null ? YamlWords.Write(best.Path) : $"{{ ready: {YamlWords.Write(best.Path)}, live: {YamlWords.Write(live.Path)} }}", best.Source);
            Choose(best, ready);
        }
        else if (Scan.Framework is { Framework.Health: { } usual } made)
        {
            ReadyPath ??= usual;
            Add("health", usual, made.Source);
        }
        else if (Service.Context is not null && ReadyPath is null)
        {
            _open.Add(OnboardingDiagnostics.HealthNotFound(Service.Location, Service.Name));
        }
    }

    private void Choose(HealthRoute best, List<HealthRoute> ready)
    {
        var others = ready.Where(r => r.Readiness == best.Readiness && r != best).Select(r => $"{r.Path} ({r.Source})").ToList();
        if (others.Count > 0 && !Service.Delivery.ContainsKey("health"))
        {
            _open.Add(OnboardingDiagnostics.HealthChoice(Service.Location, Service.Name, best.Path, others));
        }
    }

    private void Keep(bool mayMigrate)
    {
        if (mayMigrate && Scan.Migrations() is { } migrations)
        {
            if (migrations.Tool.Command is { } command)
            {
                Add("migrate", YamlWords.Write(command), migrations.Source);
            }
            else if (!Service.Delivery.ContainsKey("migrate"))
            {
                _open.Add(OnboardingDiagnostics.MigrationUnknown(Service.Location, Service.Name, migrations.Source));
            }
        }

        if (Scan.SpeaksHttp && Scan.ApiDescription() is { } api)
        {
            Add("api", YamlWords.Write(api), api);
        }
    }
}
