using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>One control plane for many small applications that go wrong, each in its own way.</summary>
public sealed class BadInputFixture : IAsyncLifetime
{
    /// <summary>Names the image that all of them run.</summary>
    public const string Image = "nginx:1.22";

    public Installation Towpath { get; } = new();

    /// <summary>One that goes well: on a fresh machine it waits for the images, so that no test has to.</summary>
    public async ValueTask InitializeAsync()
    {
        if (Installation.SkipReason is null)
        {
            (await (await MakeAsync("e2e-first")).RunAsync("ship")).ShouldEndWith(ExitCode.Success);
        }
    }

    public ValueTask DisposeAsync() => Towpath.DisposeAsync();

    /// <summary>
    /// A repository with one service, <c>web</c>, in one environment, <c>production</c>.
    /// </summary>
    /// <param name="name">Of the application.</param>
    /// <param name="service">Lines of the service, indented by four blanks; the image is added where they build none.</param>
    /// <param name="environment">Lines of the environment, indented by four blanks.</param>
    /// <param name="rest">Further lines of the Compose file.</param>
    public async Task<SmallApplication> MakeAsync(string name, string service = "", string environment = "", string rest = "")
    {
        var port = Ports.Next();
        var source = await SourceTree.InitAsync(Towpath.Place(name));
        var image = service.Contains("build:", StringComparison.Ordinal) ? "" : $"    image: {Image}\n";
        source.Write("compose.yaml", $"name: {name}\nservices:\n  web:\n{image}    ports: [\"80\"]\n{Lines(service)}{rest}\n");
        source.Write("towpath.yaml", $"application: {name}\nenvironments:\n  production:\n    port: {port}\n{Lines(environment)}");
        await source.CommitAsync("first");
        return new SmallApplication(name, port, source, Towpath);
    }

    private static string Lines(string text) => text.Length == 0 ? "" : text.TrimEnd() + "\n";
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition(nameof(SmallApplications))]
public sealed class SmallApplications : ICollectionFixture<BadInputFixture>;

/// <summary>One of them.</summary>
public sealed record SmallApplication(string Name, int Port, SourceTree Source, Installation Towpath)
{
    /// <summary>Runs a verb in its folder.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => Towpath.RunAsync(Source.Folder, arguments);

    /// <summary>Ships it, which must fail as said, in words and as JSON, and leave nothing.</summary>
    /// <param name="exit">How the program ends.</param>
    /// <param name="code">What it says is wrong.</param>
    /// <param name="place">Where, as <c>file:line:column</c>, or null for nowhere.</param>
    public async Task<Outcome> ShipAndFailAsync(ExitCode exit, string code, string? place)
    {
        var shipped = (await RunAsync("ship", "--output", "json")).ShouldEndWith(exit).ShouldReport(code, place);
        shipped.JsonCodes.ShouldContain(code);
        await ShouldLeaveNothingAsync();
        if (exit != ExitCode.DeploymentFailed)
        {
            // A release that failed in an environment is still one, and keeps its images; here there is none.
            (await Towpath.ImagesAsync(Name)).ShouldBeEmpty();
        }

        return shipped;
    }

    /// <summary>Nothing of it is on the engine, and the control plane works on nothing.</summary>
    public async Task ShouldLeaveNothingAsync()
    {
        (await Towpath.TracesAsync(Name)).ShouldBeEmpty();
        Towpath.Remains().ShouldBeEmpty();
    }
}
