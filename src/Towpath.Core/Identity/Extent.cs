namespace Towpath.Core.Identity;

/// <summary>What a right reaches over: an environment, an application, an environment of that name in every application, or everything.</summary>
/// <param name="Application">Application, or null for every one.</param>
/// <param name="Environment">Environment, or null for every one.</param>
public sealed record Extent(string? Application, string? Environment)
{
    /// <summary>How "every one" is written.</summary>
    public const string Every = "*";

    private const int MostCharacters = 100;

    /// <summary>Everything.</summary>
    public static Extent All { get; } = new(null, null);

    /// <summary>From what a person wrote: <c>*</c> and nothing mean every one.</summary>
    public static Extent Of(string? application, string? environment) => new(Named(application), Named(environment));

    /// <summary>Whether all of <paramref name="other"/> lies within it. An extent of one environment does not cover its application.</summary>
    public bool Covers(Extent other) =>
        (Application is null || Application == other.Application) && (Environment is null || Environment == other.Environment);

    /// <summary>Whether something of that application lies within it; null asks for something of any.</summary>
    public bool Touches(string? application) => Application is null || application is null || Application == application;

    /// <summary>What lies within both, or null for nothing.</summary>
    public Extent? And(Extent other) =>
        Both(Application, other.Application, out var application) && Both(Environment, other.Environment, out var environment)
            ? new Extent(application, environment)
            : null;

    /// <summary>Whether both names could be names: short, visible, without blanks.</summary>
    public bool IsWellFormed() => IsName(Application) && IsName(Environment);

    /// <summary>In words, to follow "in": <c>production of shop</c>.</summary>
    public override string ToString() => (Application, Environment) switch
    {
        (null, null) => "everything",
        (null, { } environment) => $"{environment} of every application",
        ({ } application, null) => $"all of {application}",
        var (application, environment) => $"{environment} of {application}",
    };

    private static string? Named(string? name) => name is null or Every ? null : name;

    private static bool IsName(string? name) => name is null || (name.Length is > 0 and <= MostCharacters && name.All(c => c is > ' ' and < '\x7f'));

    private static bool Both(string? one, string? other, out string? both)
    {
        both = one ?? other;
        return one is null || other is null || one == other;
    }
}
