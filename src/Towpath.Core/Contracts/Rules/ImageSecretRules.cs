using Towpath.Core.Contracts.Credentials;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Rules;

/// <summary>Secrets that a build leaves in an image or its history.</summary>
internal static class ImageSecretRules
{
    private static readonly string[] KeyFiles = [".env", ".netrc", ".npmrc", ".pypirc", ".pgpass", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".git-credentials", ".htpasswd"];
    private static readonly string[] KeyEndings = [".key", ".p12", ".pfx", ".jks", ".keystore"];

    /// <summary>TP2103: no value that is certainly a credential, and no file that holds nothing else, gets into a layer.</summary>
    public static IEnumerable<Diagnostic> InImage(ContractSubject subject)
    {
        foreach (var instruction in subject.Stages.SelectMany(s => s.Instructions))
        {
            foreach (var pair in DockerfileScope.Pairs(instruction).Where(p => p.Value is not null && IsCredential(p)))
            {
                yield return DockerfileContractDiagnostics.SecretInImage(Hidden(pair), $"the value of `{pair.Name}`");
            }

            var copies = instruction.Name is "COPY" or "ADD" && instruction.Flag("from") is null;
            foreach (var source in copies ? instruction.Words.SkipLast(1).Where(w => IsKeyFile(w.Value)) : [])
            {
                yield return DockerfileContractDiagnostics.SecretInImage(source.Location, $"`{source.Value}`");
            }
        }
    }

    /// <summary>TP2104: no argument or variable of a build is named like a secret.</summary>
    public static IEnumerable<Diagnostic> BuildVariable(ContractSubject subject) =>
        from instruction in subject.Stages.SelectMany(s => s.Instructions)
        where instruction.Name is "ARG" or "ENV"
        from pair in DockerfileScope.Pairs(instruction)
        where SecretNames.IsSecret(pair.Name) && (pair.Value is null ? instruction.Name == "ARG" : SecretNames.CanBeSecret(pair.Value) && !IsCredential(pair))
        select DockerfileContractDiagnostics.SecretBuildVariable(Hidden(pair), instruction.Name, pair.Name);

    // The line would show the value.
    private static Location Hidden(DockerfilePair pair) => pair.Value is null ? pair.Word.Location : pair.Word.Location with { Excerpt = null };

    private static bool IsCredential(DockerfilePair pair) =>
        CredentialKinds.Find(pair.Value!).Any() || (SecretNames.IsSecret(pair.Name) && Randomness.IsRandom(pair.Value!) && SecretNames.CanBeSecret(pair.Value!));

    private static bool IsKeyFile(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return KeyFiles.Contains(name, StringComparer.OrdinalIgnoreCase) || KeyEndings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }
}
