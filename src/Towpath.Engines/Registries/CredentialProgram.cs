using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>A program that keeps logins: <c>docker-credential-NAME get</c> with the registry's name as input (github.com/docker/docker-credential-helpers, README).</summary>
/// <param name="program">Name of the program.</param>
/// <param name="patience">How long it may take, unless it is 20 seconds.</param>
internal sealed class CredentialProgram(string program, TimeSpan? patience = null)
{
    private const int MostCharacters = 64 * 1024;

    // What programs say, with exit code 1, where they keep no login for it.
    private const string NotFound = "credentials not found";

    // The user's name that marks the secret as an identity token.
    private const string TokenUser = "<token>";

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    /// <summary>The login that it keeps for a registry, or null.</summary>
    /// <param name="registry">Name of the registry.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="DiagnosticException">It is not there, does not end, or its answer is none.</exception>
    public async Task<RegistryLogin?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience ?? Usual);
        try
        {
            var (exitCode, output) = await RunAsync(registry, limit.Token);
            if (exitCode == 0) return Read(output) ?? throw NoAnswer(registry, "What it wrote is no login.");
            // Its words are its own, and no place for a secret; but what it wrote may be one, half of it.
            return output.Contains(NotFound, StringComparison.OrdinalIgnoreCase) ? null : throw NoAnswer(registry, $"It ended with exit code {exitCode}.");
        }
        catch (Win32Exception)
        {
            throw NoAnswer(registry, "The program is not there.");
        }
        catch (IOException)
        {
            throw NoAnswer(registry, "It ended before it had read what it was asked.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoAnswer(registry, "It did not end in time.");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string registry, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, ["get"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var output = ReadAsync(process.StandardOutput, cancellationToken);
            var errors = ReadAsync(process.StandardError, cancellationToken);
            await process.StandardInput.WriteAsync(registry.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await Task.WhenAll(output, errors, process.WaitForExitAsync(cancellationToken));
            return (process.ExitCode, await output);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    // All is read, so that a program that writes too much ends; what is too much is not kept.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read) text.Append(buffer, 0, Math.Min(read, MostCharacters - text.Length));
        return text.ToString();
    }

    private RegistryLogin? Read(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            return Text("Secret") is { Length: > 0 } secret && Text("Username") is { } user
                ? new RegistryLogin(user == TokenUser ? "" : user, new Secret(secret), IsIdentityToken: user == TokenUser, program)
                : null;

            string? Text(string name) =>
                document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private DiagnosticException NoAnswer(string registry, string why) => new(ExitCode.DeploymentFailed, RegistryDiagnostics.NoAnswerOfProgram(program, registry, why));
}
