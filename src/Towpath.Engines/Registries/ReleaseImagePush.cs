using System.Collections.Concurrent;
using System.Collections.Frozen;
using Towpath.Core.Diagnostics;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>An image in a registry, by what it is.</summary>
/// <param name="Reference">Registry, path and digest: <c>registry/path@sha256:...</c>; whoever pulls it gets this image or none.</param>
/// <param name="ManifestDigest">Digest of the manifest.</param>
/// <param name="ConfigDigest">The image's identifier, that of the release.</param>
public sealed record PushedImage(string Reference, string ManifestDigest, string ConfigDigest);

/// <summary>
/// Brings images of releases into a registry, from which a cluster pulls them. What it gives is bit for bit the image that was tested, since
/// the manifest names the configuration by its digest, and the configuration the layers.
/// </summary>
public sealed class ReleaseImagePush
{
    private const int MostAttempts = 3;
    private const int LengthOfTag = 12;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly IContainerEngine _engine;
    private readonly IPushedImages _known;
    private readonly RegistryCredentials _credentials;
    private readonly FrozenSet<string> _insecure;
    private readonly TimeProvider _time;

    // One push into a repository at a time: a second one for the same image then finds it there. As many as there are services.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Pushes from an engine.</summary>
    /// <param name="engine">Has the images.</param>
    /// <param name="known">What is in registries already.</param>
    /// <param name="credentials">Logins.</param>
    /// <param name="insecureRegistries">Hosts, with their ports, whose certificates are not verified and which may speak plain HTTP. Docker wants them in its own configuration too.</param>
    /// <param name="time">For pauses between attempts.</param>
    public ReleaseImagePush(IContainerEngine engine, IPushedImages known, RegistryCredentials credentials, IEnumerable<string> insecureRegistries, TimeProvider time)
    {
        (_engine, _known, _credentials, _time) = (engine, known, credentials, time);
        _insecure = insecureRegistries.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Sees to it that a repository has an image of a release. Pushes only what is not there; twice is once.</summary>
    /// <param name="image">The image.</param>
    /// <param name="repository">Registry and path, as <c>registry.example/shop/api</c>.</param>
    /// <param name="progress">Hears each line of the engine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DiagnosticException">It is not there, or what is there is another image: TP6380 to TP6399, or a failure of the engine.</exception>
    public async Task<PushedImage> EnsureAsync(ReleaseImage image, string repository, Action<string> progress, CancellationToken cancellationToken)
    {
        var target = RegistryRepository.Parse(repository);
        var access = new RegistryAccess(await _credentials.FindAsync(target, cancellationToken), _insecure.Contains(target.Host));
        using var client = new RegistryClient(target, access);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (_known.Find(repository, image.Digest) is { } manifest && await client.ExistsAsync(manifest, cancellationToken)) return Pushed(image, repository, manifest);
                return await PushOnceAsync(image, target, access, client, progress, cancellationToken);
            }
            catch (Exception e) when (attempt < MostAttempts && MayPass(e))
            {
                // The registry is asked first again: where only the answer was lost, the image is there.
                await Task.Delay(Pause * attempt, _time, cancellationToken);
            }
            catch (EngineException e)
            {
                throw new DiagnosticException(ExitCode.DeploymentFailed, Told(e, image, target, access));
            }
        }
    }

    /// <summary>The tag that a push gives an image. It is for people and for the registry's housekeeping; nothing is pulled by it.</summary>
    public static string TagOf(ReleaseImage image) => image.Digest.Split(':')[^1][..LengthOfTag];

    private async Task<PushedImage> PushOnceAsync(
        ReleaseImage image, RegistryRepository target, RegistryAccess access, RegistryClient client, Action<string> progress, CancellationToken cancellationToken)
    {
        var tag = TagOf(image);
        var gate = _gates.GetOrAdd(target.ToString(), _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            var found = await FindBeforeAsync(client, tag, access, cancellationToken);
            if (found is null)
            {
                await _engine.PushImageAsync(image.Digest, $"{target}:{tag}", access, progress, cancellationToken);
                found = await client.FindAsync(tag, cancellationToken) ?? throw new DiagnosticException(ExitCode.DeploymentFailed, RegistryDiagnostics.NotThere($"{target}:{tag}"));
            }

            if (found.ConfigDigest != image.Digest) throw Other($"{target}:{tag}", found, image);
            _known.Remember(target.ToString(), image.Digest, found.Digest);
            return Pushed(image, target.ToString(), found.Digest);
        }
        finally
        {
            gate.Release();
        }
    }

    // Some registries say of a repository that is not there yet that nobody may read it, whoever asks. Whether the login is good, the push tells.
    private static async Task<RegistryManifest?> FindBeforeAsync(RegistryClient client, string tag, RegistryAccess access, CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindAsync(tag, cancellationToken);
        }
        catch (DiagnosticException e) when (access.Login is not null && e.Diagnostics[0].Code == RegistryDiagnostics.LoginRefusedCode)
        {
            return null;
        }
    }

    private static PushedImage Pushed(ReleaseImage image, string repository, string manifest) => new($"{repository}@{manifest}", manifest, image.Digest);

    private static DiagnosticException Other(string reference, RegistryManifest found, ReleaseImage image) => new(
        ExitCode.DeploymentFailed,
        RegistryDiagnostics.OtherImage(reference, found.ConfigDigest ?? $"no single image, but {(found.MediaType.Length == 0 ? "something else" : found.MediaType)}", image.Digest));

    private static bool MayPass(Exception failure) => failure switch
    {
        EngineException e => e.Error is EngineError.RegistryAway or EngineError.Unreachable,
        DiagnosticException e => e.Diagnostics[0].Code == RegistryDiagnostics.AwayCode,
        _ => false,
    };

    private static Diagnostic Told(EngineException failure, ReleaseImage image, RegistryRepository target, RegistryAccess access)
    {
        var said = RegistryWords.Fit(failure.Message, access.Login);
        return failure.Error switch
        {
            EngineError.RegistryAway => RegistryDiagnostics.Away(target.Host, said),
            EngineError.RegistryDenied => RegistryDiagnostics.LoginRefused(target.ToString(), access.Login?.Source, said),
            EngineError.RegistryNameRefused => RegistryDiagnostics.NameRefused(target.ToString(), said),
            EngineError.RegistryFull => RegistryDiagnostics.Full(target.ToString(), said),
            EngineError.RegistryNotSecure => RegistryDiagnostics.NotSecure(target.Host, said),
            EngineError.RegistryRefused => RegistryDiagnostics.Refused(target.ToString(), said),
            EngineError.NotFound => RegistryDiagnostics.ImageGone(image.Reference, image.Digest),
            _ => EngineFailures.ToDiagnostic(failure, $"pushing {image.Reference} to {target}"),
        };
    }
}
