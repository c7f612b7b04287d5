using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts.Rules;

/// <summary>What stores: its version, its schema, its second copy.</summary>
internal static class DatabaseRules
{
    /// <summary>TP2211: an image that is used as it is has a tag or digest, and not <c>latest</c>.</summary>
    public static IEnumerable<Diagnostic> VersionPinned(ContractSubject subject) =>
        subject.Service.Image is { } image && ImageReference.Parse(image) is { IsLoose: true } reference
        && !subject.Application.Services.Any(s => s.Build is not null && s.Image == image)
            ? [ServiceContractDiagnostics.ImageLoose(subject.At("image"), subject.Service.Name, image, reference.Looseness)]
            : [];

    /// <summary>TP2212: one of the services that use a database brings its schema forward.</summary>
    public static IEnumerable<Diagnostic> Migrated(ContractSubject subject)
    {
        var database = subject.Service;
        if (database.Image is not { } image || !ImageReference.Parse(image).IsDatabase)
        {
            return [];
        }

        var users = subject.Application.Services
            .Where(s => s.Build is not null && (s.DependsOn.Any(d => d.Service == database.Name) || s.Delivery.Resources.Any(r => r.Service == database.Name)))
            .ToList();
        // A job that others wait for is the other way to say it.
        var jobs = subject.Application.Services.SelectMany(s => s.DependsOn).Where(d => d.Condition == DependencyCondition.Completed).Select(d => d.Service).ToHashSet(StringComparer.Ordinal);
        if (users.Count == 0 || users.Exists(s => s.Delivery.Migrate is not null || jobs.Contains(s.Name)))
        {
            return [];
        }

        var place = users[0].DependsOn.FirstOrDefault(d => d.Service == database.Name)?.Location ?? users[0].Location;
        return [ServiceContractDiagnostics.NoMigration(place, users[0].Name, database.Name)];
    }

    /// <summary>TP2213: what is stored is kept a second time, or it is said why not.</summary>
    public static IEnumerable<Diagnostic> BackedUp(ContractSubject subject) =>
        subject.Service.Delivery.Backup is null
            ? [ServiceContractDiagnostics.NoBackup(subject.Service.Mounts.First(m => m is { Kind: MountKind.Volume, ReadOnly: false }).Location, subject.Service.Name)]
            : [];
}
