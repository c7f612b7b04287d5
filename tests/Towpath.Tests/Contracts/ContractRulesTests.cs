using System.Text.RegularExpressions;
using Towpath.Core.Contracts;

namespace Towpath.Tests.Contracts;

/// <summary>The table of rules itself.</summary>
public sealed partial class ContractRulesTests
{
    private const string Begin = "<!-- rules -->\n";
    private const string End = "<!-- end -->";
    private static readonly string Guide = RepositoryRoot.Combine("docs", "guide", "contract.md");

    [Fact]
    public void All_NamesAndCodes_AreUniqueAndWellFormed()
    {
        ContractRules.All.Select(r => r.Code).ShouldBeUnique();
        ContractRules.All.Select(r => r.Code).ShouldBeInOrder();
        ContractRules.All.Select(r => r.Name).ShouldBeUnique();
        ContractRules.All.ShouldAllBe(r => Kebab().IsMatch(r.Name) && r.Name.Length <= 40);
    }

    [Fact]
    public void All_Each_HasReasonFixAndOneWayToLook()
    {
        ContractRules.All.ShouldAllBe(r => r.Reason.Length > 10 && !r.Reason.EndsWith('.') && r.Fix.Length > 5 && !r.Fix.EndsWith('.'));
        ContractRules.All.ShouldAllBe(r => (r.OfService != null ? 1 : 0) + (r.OfApplication != null ? 1 : 0) + (r.IsOfApi ? 1 : 0) == 1 && (r.OfApplication != null) == (r.AppliesTo == AppliesTo.Application));
    }

    [Fact]
    public void Guide_Table_IsTheTableOfRules()
    {
        var text = File.ReadAllText(Guide);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var rows = ContractRules.All.Select(r => $"| [{r.Code}](../diagnostics/{r.Code}.md) | `{r.Name}` | {r.Severity.ToString().ToLowerInvariant()} | {r.AppliesTo.ToWords()} | {r.Reason} |\n");
        var expected = string.Concat(["| code | name | severity | for | reason |\n", "|---|---|---|---|---|\n", .. rows]);
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(Guide, string.Concat(text.AsSpan(0, start), expected, text.AsSpan(end)));
        }

        File.ReadAllText(Guide).ShouldContain(Begin + expected + End);
    }

    [Fact]
    public void Find_NameOrCode_IsTheRule()
    {
        ContractRules.Find("base-image-pinned").ShouldBe(ContractRules.Find("TP2101"));
        ContractRules.Find("base-image").ShouldBeNull();
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kebab();
}
