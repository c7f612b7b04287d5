using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Identity;

namespace Towpath.Core.Configuration;

/// <summary><c>login: { oidc: … }</c>: who else says who somebody is.</summary>
internal sealed class ProviderReader(NodeReader values, SecretReader secrets)
{
    private const string OpenId = "openid";
    private static readonly KeyTable Keys = new("login", "oidc");
    private static readonly KeyTable OidcKeys = new("oidc", "issuer client-id client-secret scopes claim accounts groups");
    private static readonly KeyTable GroupKeys = new("groups of oidc", "claim teams");

    /// <summary>What it says, or null where it is not there or after an error.</summary>
    /// <param name="node">The node of <c>login</c>.</param>
    /// <param name="file">The whole file.</param>
    public ProviderPolicy? Read(YamlNode? node, YamlMapping? file)
    {
        if (node is null || file is null || values.Mapping(node, Keys) is not { } login) return null;
        if (!values.Require(login.Get("oidc"), login, "login", "oidc") || values.Mapping(login.Get("oidc"), OidcKeys) is not { } oidc) return null;
        values.Require(file.Get("url"), login, "a file with `login`", "url");
        var issuer = Issuer(oidc);
        var client = values.Require(oidc.Get("client-id"), oidc, "oidc", "client-id") ? values.NonEmpty(oidc.Get("client-id"), "client-id") : null;
        var secret = secrets.Read(oidc.Get("client-secret"), "client-secret");
        ImmutableArray<string> scopes = oidc.Get("scopes") is { } asked ? [.. values.OneOrMore(asked, "scopes").Select(item => values.NonEmpty(item, "an entry of scopes")).OfType<string>()] : ["profile"];
        var creates = values.Word(oidc.Get("accounts"), "accounts", "existing", "create") == "create";
        var claim = values.NonEmpty(oidc.Get("claim"), "claim") ?? "preferred_username";
        var (groups, teams) = Groups(oidc.Get("groups"));
        return issuer is null || client is null ? null : new ProviderPolicy(issuer, client, secret, [.. scopes.Prepend(OpenId).Distinct()], claim, creates, groups, teams);
    }

    private string? Issuer(YamlMapping oidc)
    {
        var node = oidc.Get("issuer");
        if (!values.Require(node, oidc, "oidc", "issuer") || values.NonEmpty(node, "issuer") is not { } text) return null;
        if ((ChannelReader.UrlProblem(text) ?? (text.Contains('?', StringComparison.Ordinal) ? "it holds a part after ?" : null)) is not { } problem) return text;
        values.Bag.Add(ConfigurationDiagnostics.BadUrl(node.Location, problem));
        return null;
    }

    private (string? Claim, ImmutableSortedDictionary<string, string> Teams) Groups(YamlNode? node)
    {
        var none = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
        if (node is null || values.Mapping(node, GroupKeys) is not { } groups) return (null, none);
        var claim = values.NonEmpty(groups.Get("claim"), "claim") ?? "groups";
        if (!values.Require(groups.Get("teams"), groups, "groups of oidc", "teams")) return (null, none);
        var teams = none;
        foreach (var (group, team, place) in values.Pairs(groups.Get("teams"), "teams"))
        {
            if (team is null || !AccountRules.IsName(team)) values.Bag.Add(ValueDiagnostics.BadName(place.Location, "a team", team ?? "", AccountRules.NameRule));
            else teams = teams.SetItem(group, team);
        }

        return (claim, teams);
    }
}
