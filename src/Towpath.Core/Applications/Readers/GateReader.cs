using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>gates:</c> of an environment, a row of the table for each. One that can't be judged is an error: none is ever skipped in silence.</summary>
internal sealed class GateReader
{
    private static readonly KeyTable ConfirmationKeys = new("confirmation", "roles distinct not-author valid");
    private static readonly KeyTable LeadKeys = new("lead", "time from");
    private static readonly KeyTable DeliveryKeys = new("delivery", "final");
    private static readonly KeyTable ImageKeys = new("image", "size non-root signature");
    private readonly ProjectReading _project;
    private readonly NodeReader _values;
    private readonly QuantityReader _quantities;
    private readonly WindowReader _windows;
    private readonly Dictionary<string, Func<Place, GateSpecs, GateSpecs>> _gates;

    public GateReader(ProjectReading project)
    {
        _project = project;
        _values = project.Values;
        _quantities = new QuantityReader(project);
        _windows = new WindowReader(project);
        _gates = new(StringComparer.Ordinal)
        {
            ["pipeline"] = Pipeline,
            ["contract"] = (at, gates) => gates with { Contract = IsAsked(at) },
            ["ci"] = Ci,
            ["agreement"] = Signatures,
            ["soak"] = Soak,
            ["verification"] = Verification,
            ["request"] = (at, gates) => gates with { Request = IsAsked(at) },
            ["confirmation"] = Confirmation,
            ["window"] = (at, gates) => gates with { Window = _windows.Read(at.Key, at.Value) },
            ["lead"] = Lead,
            ["delivery"] = Delivery,
            ["budget"] = Budget,
            ["image"] = Image,
            ["vulnerabilities"] = (at, gates) => gates with { Vulnerabilities = new VulnerabilityGateReader(_project).Read(at.Key, at.Value) },
        };
    }

    /// <summary>What stands there; <see cref="GateSpecs.None"/> where nothing does.</summary>
    /// <param name="node">The list.</param>
    /// <param name="environment">The environment that it belongs to, but for its gates.</param>
    /// <param name="below">The environment below; null for the lowest.</param>
    /// <param name="agreement">The file's agreement; null for none.</param>
    public GateSpecs Read(YamlNode? node, EnvironmentSpec environment, EnvironmentSpec? below, Agreement? agreement)
    {
        var gates = GateSpecs.None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, key, value) in _values.Items(node, "gates").SelectMany(Entries))
        {
            if (!_gates.TryGetValue(name, out var read))
            {
                _project.Bag.Add(LadderDiagnostics.UnknownGate(key.Location, name, _gates.Keys));
            }
            else if (!seen.Add(name))
            {
                _project.Bag.Add(GateSpecDiagnostics.GateTwice(key.Location, name));
            }
            else
            {
                gates = read(new Place(name, key, value is { IsNull: true } ? null : value, environment, below, agreement), gates);
            }
        }

        return gates;
    }

    private IEnumerable<(string Name, YamlNode Key, YamlNode? Value)> Entries(YamlNode item)
    {
        if (item is YamlScalar)
        {
            return _values.NonEmpty(item, "a gate") is { } name ? [(name, item, null)] : [];
        }

        return (_values.Mapping(item, "a gate")?.Entries ?? []).Select(e => (e.Name, (YamlNode)e.Key, (YamlNode?)e.Value));
    }

    private bool IsAsked(Place at) => at.Value is null || (_values.Boolean(at.Value, at.Gate) ?? true);

    private GateSpecs Pipeline(Place at, GateSpecs gates)
    {
        if (!IsAsked(at))
        {
            _project.Bag.Add(GateSpecDiagnostics.AlwaysAsked(at.Key.Location, at.Gate));
        }

        return gates;
    }

    private GateSpecs Signatures(Place at, GateSpecs gates)
    {
        if (!IsAsked(at))
        {
            return gates;
        }

        if (at.Agreement is null)
        {
            _project.Bag.Add(AgreementDiagnostics.NothingToSign(at.Key.Location, at.Environment.Name));
        }

        return gates with { Agreement = new AgreementGateSpec(at.Agreement?.Sides ?? []) };
    }

    private GateSpecs Ci(Place at, GateSpecs gates) => gates with
    {
        Ci = new CiGateSpec(at.Value is null ? null : _values.Word(at.Value, at.Gate, "any", "gitlab", "github", "jenkins") switch
        {
            "gitlab" => CiSystem.GitLab,
            "github" => CiSystem.GitHub,
            "jenkins" => CiSystem.Jenkins,
            _ => null,
        }),
    };

    private GateSpecs Soak(Place at, GateSpecs gates) =>
        Needs(at, "a duration") && HasBelow(at) ? gates with { Soak = _values.Duration(at.Value, at.Gate) ?? gates.Soak } : gates;

    private GateSpecs Verification(Place at, GateSpecs gates)
    {
        var isAsked = IsAsked(at);
        if (isAsked && HasBelow(at) && at.Below!.Verify.IsEmpty)
        {
            _project.Bag.Add(GateSpecDiagnostics.NothingVerifiedBelow(at.Key.Location, at.Below.Name));
        }

        return gates with { Verification = isAsked };
    }

    /// <summary><c>24h</c>, or <c>{ time: 24h, from: final }</c>.</summary>
    private GateSpecs Lead(Place at, GateSpecs gates)
    {
        if (!Needs(at, "a duration"))
        {
            return gates;
        }

        if (at.Value is not YamlMapping)
        {
            return gates with { Lead = _quantities.Time(at.Value, at.Gate) };
        }

        var lead = _values.Mapping(at.Value, LeadKeys);
        return lead is not null && _values.Require(lead.Get("time"), lead, "the gate lead", "time")
            ? gates with
            {
                Lead = _quantities.Time(lead.Get("time"), "lead.time"),
                LeadFrom = _values.Word(lead.Get("from"), "lead.from", "test", "final") == "final" ? DeliveryKind.Final : null,
            }
            : gates;
    }

    private GateSpecs Delivery(Place at, GateSpecs gates)
    {
        if (at.Value is not YamlMapping)
        {
            return IsAsked(at) ? gates with { Delivery = new DeliveryGateSpec(Final: false) } : gates;
        }

        var delivery = _values.Mapping(at.Value, DeliveryKeys);
        return gates with { Delivery = new DeliveryGateSpec(_values.Boolean(delivery?.Get("final"), "delivery.final") ?? false) };
    }

    private GateSpecs Budget(Place at, GateSpecs gates)
    {
        if (at.Environment.Slo?.Availability is null or 1)
        {
            _project.Bag.Add(GateSpecDiagnostics.NothingPromised(at.Key.Location, at.Environment.Name));
        }

        return Needs(at, "a share") ? gates with { Budget = _quantities.Share(at.Value, at.Gate) } : gates;
    }

    private GateSpecs Image(Place at, GateSpecs gates)
    {
        var image = _values.Mapping(at.Value, ImageKeys);
        var asked = new ImageGateSpec(
            _values.Size(image?.Get("size"), "image.size"),
            _values.Boolean(image?.Get("non-root"), "image.non-root") ?? false,
            _values.Boolean(image?.Get("signature"), "image.signature") ?? false);
        if (asked is { MostBytes: null, NonRoot: false, HasSignature: false })
        {
            _project.Bag.Add(GateSpecDiagnostics.ImageAsksNothing(at.Key.Location));
        }

        return gates with { Image = asked };
    }

    private GateSpecs Confirmation(Place at, GateSpecs gates)
    {
        var confirmation = _values.Mapping(at.Value, ConfirmationKeys);
        var roles = _values.Texts(confirmation?.Get("roles"), "roles").Where(role => !string.IsNullOrWhiteSpace(role)).Distinct(StringComparer.Ordinal);
        var asked = new ConfirmationSpec(
            [.. roles],
            _values.Boolean(confirmation?.Get("distinct"), "distinct") ?? false,
            _values.Boolean(confirmation?.Get("not-author"), "not-author") ?? false,
            _quantities.Time(confirmation?.Get("valid"), "valid"));
        if (asked.Roles.IsEmpty)
        {
            _project.Bag.Add(LadderDiagnostics.NoRoles(at.Key.Location));
        }

        return gates with { Confirmation = asked };
    }

    private bool Needs(Place at, string what)
    {
        if (at.Value is null)
        {
            _project.Bag.Add(ValueDiagnostics.MissingKey(at.Key.Location, $"the gate {at.Gate}", what));
        }

        return at.Value is not null;
    }

    private bool HasBelow(Place at)
    {
        if (at.Below is null)
        {
            _project.Bag.Add(GateSpecDiagnostics.NothingBelow(at.Key.Location, at.Gate, at.Environment.Name));
        }

        return at.Below is not null;
    }

    /// <summary>A gate where it is declared.</summary>
    private sealed record Place(string Gate, YamlNode Key, YamlNode? Value, EnvironmentSpec Environment, EnvironmentSpec? Below, Agreement? Agreement);
}
