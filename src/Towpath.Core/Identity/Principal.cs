using System.Collections.Immutable;

namespace Towpath.Core.Identity;

/// <summary>What an account is.</summary>
public enum AccountKind
{
    /// <summary>Somebody, who may have a password.</summary>
    Person,

    /// <summary>A program, such as a CI job: it has tokens only.</summary>
    Service,
}

/// <summary>A role that an account has.</summary>
/// <param name="Role">Which.</param>
/// <param name="Extent">Over what.</param>
public sealed record Grant(Role Role, Extent Extent);

/// <summary>What a token takes away from what its account may do. It never adds anything.</summary>
/// <param name="Role">The highest role, or null for the account's own.</param>
/// <param name="Extent">Where it holds at all.</param>
public sealed record Narrowing(Role? Role, Extent Extent)
{
    /// <summary>Takes nothing away.</summary>
    public static Narrowing None { get; } = new(null, Extent.All);

    /// <summary>What is left of a grant, or null for nothing.</summary>
    public Grant? Of(Grant grant) => grant.Extent.And(Extent) is { } extent
        ? new Grant(Role is { } most && most < grant.Role ? most : grant.Role, extent)
        : null;

    /// <summary>In words.</summary>
    public override string ToString() => Role is { } role ? $"{role.Word()} in {Extent}" : Extent.ToString();
}

/// <summary>Who asks: proven, not claimed.</summary>
/// <param name="Name">Account.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Teams">Teams that it may speak for.</param>
/// <param name="Grants">What it was granted.</param>
public sealed record Principal(string Name, AccountKind Kind, ImmutableArray<string> Teams, ImmutableArray<Grant> Grants)
{
    /// <summary>Whoever can read the machine's own token file: may do everything, and says itself who it is, since the machine's user names are all that it goes by.</summary>
    public static Principal Owner { get; } = new("", AccountKind.Person, [], [new Grant(Role.Administrator, Extent.All)]) { IsOwner = true };

    /// <summary>Whether it is the machine's owner rather than an account.</summary>
    public bool IsOwner { get; private init; }

    /// <summary>Public number of its token; null for the owner.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the token came from a login.</summary>
    public bool IsSession { get; init; }

    /// <summary>What its token takes away.</summary>
    public Narrowing Narrowing { get; init; } = Narrowing.None;

    /// <summary>When its token ends; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it may do with this token.</summary>
    public IEnumerable<Grant> Effective => Grants.Select(Narrowing.Of).OfType<Grant>();
}

/// <summary>Words for roles and kinds.</summary>
public static class IdentityWords
{
    /// <summary>A role as it is written: <c>operator</c>.</summary>
    public static string Word(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Developer => "developer",
        Role.Operator => "operator",
        Role.Administrator => "administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
