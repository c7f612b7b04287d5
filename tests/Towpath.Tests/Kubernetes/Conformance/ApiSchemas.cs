using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Tests.Kubernetes.Conformance;

/// <summary>
/// The schemas that the API of Kubernetes publishes, from packages that <c>tests/schemas</c> pins; npm fetches them once, into <c>artifacts</c>. Tests that ask
/// are skipped where it can't.
/// </summary>
public sealed class ApiSchemas : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly string[] Parts = ["package.json", "package-lock.json", "validate.mjs"];
    private readonly string _source = RepositoryRoot.Combine("tests", "schemas");
    private string _folder = "";
    private string _reason = "";

    public async ValueTask InitializeAsync()
    {
        var content = string.Concat(Parts.Select(p => File.ReadAllText(Path.Combine(_source, p))));
        _folder = RepositoryRoot.Combine("artifacts", "kubernetes-schemas", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..12]);
        if (Directory.Exists(_folder))
        {
            return;
        }

        try
        {
            await FetchAsync();
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException or InvalidOperationException)
        {
            _reason = $"npm can't fetch the schemas of Kubernetes here: {e.Message}";
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The faults of each object, in their order; an object that a cluster takes without change has none.</summary>
    public async Task<IReadOnlyList<string[]>> FaultsAsync(IReadOnlyList<(string Schemas, JsonNode Object)> objects, CancellationToken cancellationToken)
    {
        Assert.SkipWhen(_reason.Length > 0, _reason);
        var lines = objects.Select(o => new JsonObject { ["schemas"] = o.Schemas, ["object"] = o.Object.DeepClone() }.ToJsonString());
        var answers = await RunAsync(_folder, "node", ["validate.mjs"], string.Join('\n', lines) + "\n", cancellationToken);
        var faults = answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(a => JsonNode.Parse(a)!.AsArray().Select(f => f!.GetValue<string>()).ToArray()).ToList();
        faults.Count.ShouldBe(objects.Count, "each object is answered");
        return faults;
    }

    // Beside its place at first: a run that is stopped half-way leaves nothing that looks whole.
    private async Task FetchAsync()
    {
        var beside = _folder + "." + Path.GetRandomFileName();
        Directory.CreateDirectory(beside);
        try
        {
            foreach (var part in Parts)
            {
                File.Copy(Path.Combine(_source, part), Path.Combine(beside, part));
            }

            string[] arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1", "--fetch-timeout=60000"];
            await RunAsync(beside, "npm", arguments, "", CancellationToken.None);
            if (!Directory.Exists(_folder))
            {
                Directory.Move(beside, _folder);
            }
        }
        finally
        {
            if (Directory.Exists(beside))
            {
                Directory.Delete(beside, recursive: true);
            }
        }
    }

    private static async Task<string> RunAsync(string folder, string program, string[] arguments, string input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {(await errors).Trim()}");
    }
}
