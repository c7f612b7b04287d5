using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Environments;

/// <summary>What a yes covers, as a hash: this release in this environment, with what it would run there. Once it is another, the yes is void.</summary>
public static class ApprovalScope
{
    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    /// <param name="desired">The plan; its revisions cover images, variables, mounts, and the versions of secrets that were given to it.</param>
    /// <param name="request">The deploy request that goes with it, where the environment asks for one: whoever says yes has read it. Null for none.</param>
    public static string Of(EnvironmentDesired desired, RequestScope? request = null)
    {
        var environment = desired.Environment;
        var parts = new List<string> { desired.Application, environment.Name, desired.Release };
        foreach (var service in desired.Services)
        {
            parts.AddRange([service.Name, service.Revision, $"{service.Replicas}", $"{service.Strategy}"]);
            if (service.Spec.Delivery.Migrate is { } migrate)
                parts.AddRange([.. migrate.Command, $"{migrate.Reversible}", .. migrate.Revert ?? []]);
        }
        parts.AddRange(environment.Verify.Select(p => $"{p.Name} {p.Path} {p.ExpectStatus} {p.ExpectBody}"));
        if (request is not null) parts.AddRange(["request", $"{request.OpenedAt.UtcTicks}", .. request.Fields.SelectMany(f => new[] { f.Key, f.Value })]);
        // As JSON, so that no two lists of parts read alike.
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize([.. parts], ApprovalJson.Default.StringArray))));
    }
}

/// <summary>What of a deploy request a yes covers.</summary>
/// <param name="OpenedAt">When it was begun: one that follows a refused one is another, whatever it says.</param>
/// <param name="Fields">What it says.</param>
public sealed record RequestScope(DateTimeOffset OpenedAt, ImmutableSortedDictionary<string, string> Fields);

[JsonSerializable(typeof(string[]))]
internal sealed partial class ApprovalJson : JsonSerializerContext;
