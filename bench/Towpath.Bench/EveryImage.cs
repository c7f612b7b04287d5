using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Towpath.Engines.Containers;

namespace Towpath.Bench;

/// <summary>A registry that has one image under each name: nothing is pushed, and nothing pulls it.</summary>
internal sealed class EveryImage : IAsyncDisposable
{
    private readonly WebApplication _host;

    private EveryImage(WebApplication host) => _host = host;

    /// <summary>Identifier of the image.</summary>
    public static string Image { get; } = "sha256:" + new string('a', 64);

    /// <summary>Host and port.</summary>
    public string Host => new Uri(_host.Urls.Single()).Authority;

    public static async Task<EveryImage> StartAsync()
    {
        var manifest = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{Image}}","size":2},"layers":[]}""");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var host = builder.Build();
        host.Urls.Add("http://127.0.0.1:0");
        host.Run(async context =>
        {
            context.Response.ContentType = "application/vnd.oci.image.manifest.v1+json";
            context.Response.ContentLength = manifest.Length;
            context.Response.Headers["Docker-Content-Digest"] = string.Create(CultureInfo.InvariantCulture, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(manifest))}");
            if (HttpMethods.IsGet(context.Request.Method)) await context.Response.Body.WriteAsync(manifest);
        });
        await host.StartAsync();
        return new EveryImage(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}

/// <summary>An engine that has every image, and on which nothing runs.</summary>
public class ImagesOnlyEngine : EmptyEngine
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IContainerEngine.InspectImageAsync) => Task.FromResult<ImageDetails?>(new ImageDetails(EveryImage.Image, [], new Dictionary<string, string>(), 0)),
        nameof(IContainerEngine.ListImagesAsync) => Task.FromResult<IReadOnlyList<ImageDetails>>([]),
        nameof(IContainerEngine.ListNetworksAsync) => Task.FromResult<IReadOnlyList<NetworkDetails>>([]),
        nameof(IContainerEngine.ListVolumesAsync) => Task.FromResult<IReadOnlyList<string>>([]),
        _ => base.Invoke(targetMethod, args),
    };
}
