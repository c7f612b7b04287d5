using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Contracts.Credentials;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts;

/// <summary>What rules over the whole application look at.</summary>
/// <param name="Application">The model.</param>
/// <param name="Files">The files of the commit.</param>
internal sealed record ApplicationSubject(Application Application, ISourceFiles Files)
{
    private readonly Lazy<CredentialFindings> _credentials = new(() => CredentialScan.Run(Application, Files));

    /// <summary>Credentials in the files. They are searched once, for all rules, and only where one of these is on.</summary>
    public CredentialFindings Credentials => _credentials.Value;
}

/// <summary>What rules over one service look at.</summary>
/// <param name="Application">The model.</param>
/// <param name="Service">The service.</param>
/// <param name="Dockerfile">What it is built from; null where it is not built.</param>
/// <param name="Files">The files of the commit.</param>
internal sealed record ContractSubject(Application Application, Service Service, Dockerfile? Dockerfile, ISourceFiles Files)
{
    private static readonly ImmutableSortedDictionary<string, string> NoArguments = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Build arguments.</summary>
    public ImmutableSortedDictionary<string, string> Arguments => Service.Build?.Args ?? NoArguments;

    /// <summary>The stage that its image comes from; null where it is not built or has no such stage.</summary>
    public DockerfileStage? Stage { get; } = Dockerfile?.Stage(Service.Build?.Target);

    /// <summary>What its image says about itself.</summary>
    public DockerfileImage? Image { get; } =
        Dockerfile?.Stage(Service.Build?.Target) is { } stage ? DockerfileImage.Of(Dockerfile, stage, Service.Build?.Args ?? NoArguments) : null;

    /// <summary>Instructions that end up in the image: those of its stage and of the stages that this one starts from.</summary>
    public IEnumerable<DockerfileInstruction> Shipped => Stage?.Line(Arguments).SelectMany(s => s.Instructions) ?? [];

    /// <summary>All stages that are built for it.</summary>
    public ImmutableArray<DockerfileStage> Stages => Stage?.Needed(Arguments) ?? [];

    /// <summary>It runs once: others wait for its end, or it is asked to migrate only.</summary>
    public bool IsJob => Application.Services.SelectMany(s => s.DependsOn).Any(d => d.Service == Service.Name && d.Condition == DependencyCondition.Completed);

    /// <summary>It takes requests: it has a route, a health path or a published TCP port.</summary>
    public bool SpeaksHttp => Service.HttpPort is not null || Service.Ports.Any(p => p.Protocol == "tcp");

    /// <summary>Whether a rule is for it.</summary>
    public bool Matches(AppliesTo to) =>
        Holds(to, AppliesTo.Built, Service.Build is not null, AppliesTo.ImageOnly, Service.Build is null)
        && Holds(to, AppliesTo.Running, !IsJob, AppliesTo.Job, IsJob)
        && (!to.HasFlag(AppliesTo.Stateful) || Service.IsStateful);

    /// <summary>The place of one of its keys, or of its name where it has no such key.</summary>
    public Diagnostics.Location At(string key) => Service.Source.Keys.GetValueOrDefault(key, Service.Location);

    private static bool Holds(AppliesTo to, AppliesTo one, bool isOne, AppliesTo other, bool isOther) =>
        (to & (one | other)) == AppliesTo.Every || (to.HasFlag(one) && isOne) || (to.HasFlag(other) && isOther);
}
