using Towpath.Core.Journal;

namespace Towpath.Server.Identity;

/// <summary>Facts about accounts: of no application, and without anything secret.</summary>
internal static class IdentityFacts
{
    /// <summary>One fact.</summary>
    public static Fact Of(string kind, string actor, DateTimeOffset now, string text) => new() { At = now, Kind = kind, Application = "", Actor = actor, Text = text };
}
