using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Rules;

/// <summary>Whether a Dockerfile can be built and fits its service.</summary>
internal static class BuildRules
{
    /// <summary>TP2117: all instructions are known.</summary>
    public static IEnumerable<Diagnostic> KnownInstructions(ContractSubject subject) =>
        from instruction in subject.Dockerfile?.Instructions ?? []
        where !DockerfileGrammar.Instructions.Contains(instruction.Name)
        select DockerfileContractDiagnostics.UnknownInstruction(instruction.KeywordLocation, instruction.Name, DockerfileGrammar.Instructions);

    /// <summary>TP2118: files are taken from stages that stand before.</summary>
    public static IEnumerable<Diagnostic> KnownStages(ContractSubject subject)
    {
        foreach (var stage in subject.Dockerfile?.Stages ?? [])
        {
            var names = subject.Dockerfile!.Stages.Take(stage.Index).Select(s => s.Name).OfType<string>().ToList();
            foreach (var source in stage.Instructions.SelectMany(DockerfileSource.Of).Where(s => subject.Dockerfile.Find(s.Name, stage.Index) is null))
            {
                var isNumber = source.Name.Length > 0 && source.Name.All(char.IsAsciiDigit);
                var near = source.Name.AsSpan().ContainsAny('/', ':', '$') ? null : Suggest.Nearest(source.Name, names);
                if (isNumber || subject.Dockerfile.Stage(source.Name) is not null)
                {
                    yield return DockerfileContractDiagnostics.UnknownStage(source.Flag.Word.Location, source.Name, "before this one", near);
                }
                else if (near is not null && ImageReference.Parse(source.Name).IsLoose)
                {
                    yield return DockerfileContractDiagnostics.UnknownStage(source.Flag.Word.Location, source.Name, "in this Dockerfile", near);
                }
            }
        }
    }

    /// <summary>TP2119: the stages that a build and its tests end in are there.</summary>
    public static IEnumerable<Diagnostic> KnownTarget(ContractSubject subject)
    {
        var targets = new[] { (subject.Service.Build?.Target, subject.Service.Build?.Location), (subject.Service.Delivery.Test?.Target, subject.Service.Delivery.Test?.Location) };
        return
            from target in targets
            where target.Item1 is not null && subject.Dockerfile is not null && subject.Dockerfile.Stage(target.Item1) is null
            select DockerfileContractDiagnostics.UnknownTarget(
                target.Item2!, target.Item1!, subject.Dockerfile!.Path, subject.Dockerfile.Stages.Select(s => s.Name).OfType<string>());
    }

    /// <summary>TP2120: a builder would take it.</summary>
    public static IEnumerable<Diagnostic> Buildable(ContractSubject subject) =>
        (subject.Dockerfile?.Problems ?? []).Select(p => DockerfileContractDiagnostics.NotBuildable(p.Location, p.Message));

    /// <summary>TP2108: the ports of EXPOSE and of the Compose file are the same.</summary>
    public static IEnumerable<Diagnostic> ExposeAgrees(ContractSubject subject)
    {
        var exposed = subject.Image?.Ports.Where(p => p.Protocol == "tcp").ToList() ?? [];
        var asked = Listening(subject.Service).Where(port => exposed.Count > 0 && !exposed.Any(e => e.Port == port)).ToList();
        return asked.Select(port => DockerfileContractDiagnostics.ExposeDiffers(
            exposed[0].Word.Location, port, string.Join(", ", exposed.Select(e => e.Port.ToString(CultureInfo.InvariantCulture)).Distinct()), subject.Service.Name));
    }

    /// <summary>The TCP ports that a service is asked on.</summary>
    public static IEnumerable<int> Listening(Service service) =>
        service.Ports.Where(p => p.Protocol == "tcp").Select(p => p.Target).Concat(service.Expose).Concat(service.HttpPort is { } http ? [http] : []).Distinct();
}
