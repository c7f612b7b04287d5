using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Pipelines;

/// <summary>One piece of work of a pipeline.</summary>
/// <param name="Name">Unique in the plan, such as <c>build:api</c>; names its log and its evidence.</param>
/// <param name="DependsOn">Names of steps that must have ended well.</param>
public abstract record PipelineStep(string Name, ImmutableArray<string> DependsOn);

/// <summary>An image that is used as it is must be on the engine.</summary>
/// <param name="Name">See <see cref="PipelineStep"/>.</param>
/// <param name="Image">As the Compose file names it.</param>
/// <param name="Service">The first service that uses it.</param>
public sealed record ImageStep(string Name, string Image, Service Service) : PipelineStep(Name, []);

/// <summary>An image is built; once for all services that build the same.</summary>
/// <param name="Name">See <see cref="PipelineStep"/>.</param>
/// <param name="DependsOn">Builds that its Dockerfile starts from, and the one of the same Dockerfile that comes before it.</param>
/// <param name="Service">The first service that it is for.</param>
/// <param name="Build">What to build.</param>
/// <param name="Tags">The <c>image:</c> names of its services, so that other Dockerfiles can start from them.</param>
/// <param name="Bases">Images that must be on the engine before.</param>
public sealed record BuildStep(
    string Name,
    ImmutableArray<string> DependsOn,
    Service Service,
    BuildSpec Build,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Bases) : PipelineStep(Name, DependsOn);

/// <summary>A service's tests.</summary>
/// <param name="Name">See <see cref="PipelineStep"/>.</param>
/// <param name="Source">The step that makes its image.</param>
/// <param name="Service">Whose tests.</param>
/// <param name="Test">How they run.</param>
public sealed record TestStep(string Name, string Source, Service Service, TestSpec Test) : PipelineStep(Name, [Source]);

/// <summary>A service's built image is started, asked for its health, and tried with what its API description promises.</summary>
/// <param name="Name">See <see cref="PipelineStep"/>.</param>
/// <param name="DependsOn">Its image, its tests, and the images of what it needs.</param>
/// <param name="Service">Whose image.</param>
/// <param name="Needs">Services that it can't do without, in the order of their names.</param>
public sealed record TrialStep(string Name, ImmutableArray<string> DependsOn, Service Service, ImmutableArray<Service> Needs) : PipelineStep(Name, DependsOn);

/// <summary>What an image is made of is read: its bill of materials.</summary>
/// <param name="Name">See <see cref="PipelineStep"/>.</param>
/// <param name="Source">The step that makes the image.</param>
/// <param name="Service">The first service that it is for.</param>
public sealed record BillStep(string Name, string Source, Service Service) : PipelineStep(Name, [Source]);

/// <summary>The work from a checked commit to tested images.</summary>
/// <param name="Steps">Each after the ones it depends on.</param>
/// <param name="Images">For each service the step that makes its image.</param>
public sealed record PipelinePlan(ImmutableArray<PipelineStep> Steps, ImmutableSortedDictionary<string, string> Images)
{
    /// <summary>Name of the step in which the commit is read.</summary>
    public const string Check = "check";

    /// <summary>Name of the step in which the commit is held to the contract; when it is over there is a plan.</summary>
    public const string Contract = "contract";

    /// <summary>Begins the names of the steps in which APIs are compared with those of the release before; they come right after the check.</summary>
    public const string Api = "api:";

    /// <summary>The plan for an application.</summary>
    /// <param name="application">The model.</param>
    /// <param name="bases">For each service that is built, the images that its Dockerfile starts from (<see cref="DockerfileBases"/>).</param>
    /// <exception cref="DiagnosticException">A service has nothing to run, or builds wait for each other.</exception>
    public static PipelinePlan For(Application application, IReadOnlyDictionary<string, ImmutableArray<string>> bases)
    {
        var builds = application.Services.Where(s => s.Build is not null).GroupBy(s => Key(s.Build!), StringComparer.Ordinal).ToList();
        var builtBy = builds
            .SelectMany(group => group.Where(s => s.Image is not null).Select(s => (Image: ImageName.Normalize(s.Image!), Step: "build:" + group.First().Name)))
            .DistinctBy(b => b.Image, StringComparer.Ordinal)
            .ToDictionary(b => b.Image, b => b.Step, StringComparer.Ordinal);
        var images = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var steps = new List<PipelineStep>();

        foreach (var group in builds)
        {
            var step = Build([.. group], bases, builtBy);
            steps.Add(step);
            foreach (var service in group)
                images[service.Name] = step.Name;
        }

        foreach (var group in application.Services.Where(s => s.Build is null).GroupBy(ImageOf, StringComparer.Ordinal))
        {
            if (!builtBy.TryGetValue(group.Key, out var step))
            {
                step = "image:" + group.First().Name;
                steps.Add(new ImageStep(step, group.First().Image!, group.First()));
            }

            foreach (var service in group)
                images[service.Name] = step;
        }

        steps.AddRange(application.Services
            .Where(s => s.Delivery.Test is not null)
            .Select(s => new TestStep("test:" + s.Name, images[s.Name], s, s.Delivery.Test!)));
        steps.AddRange(application.Services.DistinctBy(s => images[s.Name]).Select(s => new BillStep("sbom:" + s.Name, images[s.Name], s)));
        steps.AddRange(application.Services.Where(IsTried).Select(s => Trial(s, application, images)));
        return new PipelinePlan(InTurn(Sort(steps)), images.ToImmutable());
    }

    /// <summary>Steps that can begin: all that they depend on ended well.</summary>
    /// <param name="succeeded">Names of steps that ended well.</param>
    /// <param name="started">Names of steps that began, ended or not.</param>
    public IEnumerable<PipelineStep> Ready(IReadOnlySet<string> succeeded, IReadOnlySet<string> started) =>
        Steps.Where(step => !started.Contains(step.Name) && step.DependsOn.All(succeeded.Contains));

    private static BuildStep Build(
        ImmutableArray<Service> services, IReadOnlyDictionary<string, ImmutableArray<string>> bases, Dictionary<string, string> builtBy)
    {
        var name = "build:" + services[0].Name;
        var all = bases.GetValueOrDefault(services[0].Name, []);
        return new BuildStep(
            name,
            [.. all.Select(b => builtBy.GetValueOrDefault(ImageName.Normalize(b))).OfType<string>().Where(b => b != name).Distinct(StringComparer.Ordinal)],
            services[0],
            services[0].Build!,
            [.. services.Select(s => s.Image).OfType<string>().Distinct(StringComparer.Ordinal)],
            [.. all.Where(b => !builtBy.ContainsKey(ImageName.Normalize(b)))]);
    }

    /// <summary>Why a service has no trial; null where it has one.</summary>
    public static string? WhyNotTried(Service service) => service switch
    {
        { Build: null } => "an image of others, which is not built here",
        { Delivery.Trial: { Wanted: false } } => "its trial is switched off",
        { Delivery.Health: null } => "it names no health endpoint to wait for",
        { HttpPort: null } => "it names no HTTP port to ask",
        _ => null,
    };

    private static bool IsTried(Service service) => WhyNotTried(service) is null;

    private static TrialStep Trial(Service service, Application application, ImmutableSortedDictionary<string, string>.Builder images)
    {
        var needs = new SortedDictionary<string, Service>(StringComparer.Ordinal);
        var waiting = new Stack<Service>([service]);
        while (waiting.TryPop(out var next))
        {
            foreach (var name in next.DependsOn.Select(d => d.Service).Concat(next.Delivery.Resources.Select(r => r.Service)))
            {
                if (name != service.Name && application.Service(name) is { } need && needs.TryAdd(name, need))
                    waiting.Push(need);
            }
        }

        IEnumerable<string> tests = service.Delivery.Test is null ? [] : ["test:" + service.Name];
        var depends = needs.Keys.Prepend(service.Name).Select(n => images[n]).Concat(tests).Distinct(StringComparer.Ordinal);
        return new TrialStep("trial:" + service.Name, [.. depends], service, [.. needs.Values]);
    }

    private static string ImageOf(Service service) => service.Image is { } image
        ? ImageName.Normalize(image)
        : throw new DiagnosticException(ExitCode.InvalidInput, PipelineDiagnostics.NothingToRun(service.Name, service.Location));

    private static ImmutableArray<PipelineStep> Sort(List<PipelineStep> steps)
    {
        var sorted = new List<PipelineStep>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (steps.FirstOrDefault(step => !done.Contains(step.Name) && step.DependsOn.All(done.Contains)) is { } next)
        {
            sorted.Add(next);
            done.Add(next.Name);
        }

        var circle = steps.OfType<BuildStep>().Where(step => !done.Contains(step.Name)).ToList();
        if (circle.Count > 0)
        {
            throw new DiagnosticException(
                ExitCode.InvalidInput, PipelineDiagnostics.BuildCycle([.. circle.Select(step => step.Service.Name)], circle[0].Build.Location));
        }

        return [.. sorted];
    }

    /// <summary>
    /// Builds of one Dockerfile follow each other, for they share stages. At once, each would make these stages anew, and which of the copies
    /// the next pipeline finds in the cache would be chance: an image on another copy has another digest, and a service that nobody changed
    /// would be replaced.
    /// </summary>
    private static ImmutableArray<PipelineStep> InTurn(ImmutableArray<PipelineStep> sorted)
    {
        var last = new Dictionary<(string Context, string Dockerfile), string>();
        var steps = ImmutableArray.CreateBuilder<PipelineStep>(sorted.Length);
        foreach (var step in sorted)
        {
            var next = step;
            if (step is BuildStep { Build: var build } own)
            {
                if (last.TryGetValue((build.Context, build.Dockerfile), out var before) && !own.DependsOn.Contains(before))
                    next = own with { DependsOn = own.DependsOn.Add(before) };
                last[(build.Context, build.Dockerfile)] = own.Name;
            }

            steps.Add(next);
        }

        return steps.MoveToImmutable();
    }

    /// <summary>Two services with the same key get the same image.</summary>
    private static string Key(BuildSpec build) => string.Join(
        '\0',
        [build.Context, build.Dockerfile, build.Target ?? "", .. build.Args.Select(a => $"{a.Key}={a.Value}"), "", .. build.Labels.Select(l => $"{l.Key}={l.Value}")]);
}

/// <summary>Names of images.</summary>
public static class ImageName
{
    private const string TestedTag = ":tested";

    /// <summary>One form for names that lead to the same image: <c>docker.io/library/redis</c> and <c>redis</c> are both <c>redis:latest</c>.</summary>
    public static string Normalize(string name)
    {
        var shortened = name;
        foreach (var prefix in new[] { "docker.io/", "index.docker.io/", "localhost/", "library/" })
        {
            if (shortened.StartsWith(prefix, StringComparison.Ordinal))
                shortened = shortened[prefix.Length..];
        }

        var tagged = shortened.Contains('@', StringComparison.Ordinal) || shortened.LastIndexOf(':') > shortened.LastIndexOf('/');
        return tagged ? shortened : shortened + ":latest";
    }

    /// <summary>The name under which a release keeps its image; <c>localhost/</c> says on both engines that no registry has it.</summary>
    public static string Kept(string application, string service, string digest) =>
        $"{Of(application)}{service.ToLowerInvariant()}:{digest["sha256:".Length..][..12]}";

    /// <summary>
    /// The name of the image in which a service's tests ran last. Nothing runs it again; without a name it would be cleared away, and with it
    /// the engine's memory that these tests passed on these files.
    /// </summary>
    public static string Tested(string application, string service) => $"{Of(application)}{service.ToLowerInvariant()}{TestedTag}";

    /// <summary>Whether it is a name that Towpath gave for an application.</summary>
    public static bool IsOf(string application, string reference) => reference.StartsWith(Of(application), StringComparison.Ordinal);

    /// <summary>Whether it is a name that <see cref="Tested"/> gives.</summary>
    public static bool IsTested(string reference) => reference.EndsWith(TestedTag, StringComparison.Ordinal);

    private static string Of(string application) => $"localhost/towpath/{application}/";
}
