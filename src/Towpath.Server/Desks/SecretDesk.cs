using System.Globalization;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Engines.Secrets;
using Towpath.Server.Api;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Takes values of secrets, tells what there is, and has them sealed anew. No value leaves it.</summary>
internal sealed class SecretDesk(IStore store, EnvironmentRegistry environments, SecretVault vault, TimeProvider time)
{
    private readonly Lookup _lookup = new(store);

    /// <summary>Gives a secret a value.</summary>
    public void Set(string application, SecretRequest request)
    {
        var environment = Lookup.Environment(_lookup.Application(application), request.Environment).Name;
        if (Declared(application).All(s => s.Name != request.Name))
            throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.UnknownSecret(application, request.Name, [.. Declared(application).Select(s => s.Name)]));
        var secrets = environments.Folder(application, environment).Secrets;
        var before = secrets.Version(request.Name);
        store.RemoveValues(application, environment, EnvironmentRegistry.FromCommit(request.Name));
        secrets.Set(request.Name, Encoding.UTF8.GetBytes(request.Value));
        if (secrets.Version(request.Name) is not { } version || version == before) return;
        store.Append(new Fact
        {
            At = time.GetUtcNow(),
            Kind = FactKind.SecretSet,
            Application = application,
            Environment = environment,
            Actor = request.Actor,
            Text = $"{request.Actor} gave the secret {request.Name} of {environment} a value: version {version}",
        });
    }

    /// <summary>The declared secrets of an environment, by name.</summary>
    public IReadOnlyList<SecretAnswer> All(string application, string environment)
    {
        var place = Lookup.Environment(_lookup.Application(application), environment).Name;
        var secrets = environments.Folder(application, place).Secrets;
        return
        [
            .. Declared(application).OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => new SecretAnswer(
                s.Name, s.Source.ToString().ToLowerInvariant(), secrets.Version(s.Name) is { } version ? int.Parse(version, CultureInfo.InvariantCulture) : null)),
        ];
    }

    /// <summary>Has all values sealed by one key.</summary>
    public KeyRotationAnswer Rotate(RotateKeysRequest request)
    {
        var done = vault.Rotate();
        store.Append(new Fact
        {
            At = time.GetUtcNow(),
            Kind = FactKind.SecretKeysRotated,
            Application = "",
            Actor = request.Actor,
            Text = string.Create(CultureInfo.InvariantCulture, $"{request.Actor} had all secrets sealed by key {done.Key}: {done.Sealed} sealed anew, {done.Unopened.Count} that no key opens"),
        });
        return new KeyRotationAnswer(done.Key, done.Sealed, done.Unopened, done.Unneeded, vault.KeepsKeys);
    }

    private IReadOnlyList<Secret> Declared(string application) => [.. store.Releases(application, 1).SelectMany(r => r.Application.Secrets)];
}
