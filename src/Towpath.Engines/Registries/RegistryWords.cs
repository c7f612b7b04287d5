using System.Net;
using System.Text;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>What a registry said, fit to be shown: one line, short, and without the secrets that it was called with.</summary>
internal static class RegistryWords
{
    private const int Longest = 300;
    private const int MostErrors = 3;

    /// <summary>Status and words of an answer that is no success.</summary>
    public static string Of(RegistryReply reply, RegistryLogin? login)
    {
        var said = Errors(reply.Body);
        return said.Length == 0 ? $"It answered with status {(int)reply.Status}." : Fit($"It answered with status {(int)reply.Status}: {said}", login);
    }

    /// <summary>A text on one line, cut where it is long.</summary>
    public static string Fit(string text, RegistryLogin? login)
    {
        var hidden = login?.Hide(text) ?? text;
        var line = string.Join(' ', string.Concat(hidden.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    /// <summary>The failure for a status that nobody asked for.</summary>
    public static DiagnosticException Failure(RegistryReply reply, RegistryRepository repository, RegistryLogin? login)
    {
        var words = Of(reply, login);
        return new DiagnosticException(ExitCode.DeploymentFailed, reply.Status switch
        {
            HttpStatusCode.TooManyRequests => RegistryDiagnostics.Full(repository.ToString(), words),
            >= HttpStatusCode.InternalServerError => RegistryDiagnostics.Away(repository.Host, words),
            _ => RegistryDiagnostics.Strange(repository.Host, words),
        });
    }

    // {"errors":[{"code":"DENIED","message":"..."}]} (OCI distribution specification 1.1, "Error codes"); anything else as it is.
    private static string Errors(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
                return string.Join("; ", errors.EnumerateArray().Take(MostErrors).Where(e => e.ValueKind == JsonValueKind.Object).Select(Error));
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing.
        }

        return Encoding.UTF8.GetString(body);
    }

    private static string Error(JsonElement error)
    {
        string[] parts = ["code", "message"];
        return string.Join(": ", parts.Select(name => error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null).Where(text => text is { Length: > 0 }));
    }
}
