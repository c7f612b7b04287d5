using System.Text;
using System.Text.Json;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private static readonly TimeSpan PushBound = TimeSpan.FromMinutes(30);

    /// <inheritdoc/>
    public async Task PushImageAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken)
    {
        var push = IsPodman ? PushFromPodmanAsync(image, destination, access, progress, cancellationToken) : PushFromDockerAsync(image, destination, access, progress, cancellationToken);
        try
        {
            await push;
        }
        catch (EngineException e) when (e.Error is EngineError.Other or EngineError.Conflict && e.InnerException is null)
        {
            // Docker refuses some pushes with a status. The cause is left out: it may hold what Hide takes away.
            throw EngineErrors.FromPush(Hide(e.Message, access), destination);
        }
    }

    // Podman sends an image to a name that it does not have itself. It compresses the layers on the way and leaves the configuration as it is.
    private async Task PushFromPodmanAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken)
    {
        var isVerified = !access.IsInsecure && !ImageNames.IsOfThisMachine(destination);
        await SendPushAsync(
            destination,
            $"{Libpod}images/{ImagePath(image)}/push?destination={Escape(destination)}&tlsVerify={(isVerified ? "true" : "false")}&quiet=false",
            access,
            progress,
            cancellationToken);
    }

    // Docker sends names only, and decides by its own configuration which registries are insecure: those of this machine are. A name that
    // was given for the push alone is taken away again, or it would keep the image for ever.
    private async Task PushFromDockerAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken)
    {
        var found = await InspectImageAsync(image, cancellationToken) ?? throw new EngineException(EngineError.NotFound, $"No such image: {image}");
        var (name, tag) = ImageNames.Split(destination);
        var isOurs = found.References.Count > 0 && !found.References.Contains(ImageNames.Full(destination));
        await TagImageAsync(image, destination, cancellationToken);
        try
        {
            await SendPushAsync(destination, $"images/{ImagePath(name)}/push?tag={Escape(tag)}", access, progress, cancellationToken);
        }
        finally
        {
            if (isOurs) await RemoveImageAsync(destination, CancellationToken.None);
        }
    }

    private async Task SendPushAsync(string destination, string path, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent([]);
        // A header of the request, which HttpClient sends from here as well. Docker wants it for anonymous pushes too.
        content.Headers.TryAddWithoutValidation("X-Registry-Auth", AuthOf(access.Login));
        using var response = await _transport.SendAsync(HttpMethod.Post, path, content, PushBound, cancellationToken);
        await EachLineAsync(
            response,
            PushBound,
            message => EngineErrors.FromPush(Hide(message, access), destination),
            line => Report(line, text => progress(Hide(text, access))),
            cancellationToken);
    }

    private static string Hide(string text, RegistryAccess access) => access.Login?.Hide(text) ?? text;

    // Docker's AuthConfig as URL-safe base64 (Docker Engine API, "Authentication"); Podman reads the same.
    private static string AuthOf(RegistryLogin? login)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (login is { IsIdentityToken: true }) fields["identitytoken"] = login.Secret.Reveal();
        else if (login is not null) (fields["username"], fields["password"]) = (login.User, login.Secret.Reveal());
        var json = JsonSerializer.Serialize(fields, EngineJson.Default.SortedDictionaryStringString);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).Replace('+', '-').Replace('/', '_');
    }
}
