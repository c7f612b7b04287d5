using System.Diagnostics;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Diagnostics;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Write_OfOneChangedLine_ShowsThreeLinesAround() =>
        UnifiedDiff.Write("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n").ShouldBe(
            """
            --- a/a.txt
            +++ b/a.txt
            @@ -2,7 +2,7 @@
             2
             3
             4
            -5
            +five
             6
             7
             8

            """);

    [Fact]
    public void Write_OfANewFile_TakesNothingAway() =>
        UnifiedDiff.Write("a.txt", null, "1\n2").ShouldBe("--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,2 @@\n+1\n+2\n\\ No newline at end of file\n");

    [Fact]
    public void Write_OfTheSameText_IsEmpty() => UnifiedDiff.Write("a.txt", "1\n", "1\n").ShouldBeEmpty();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Write_OfAnyChange_IsAPatchThatGitApplies(int seed)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        for (var round = 0; round < 25; round++)
        {
            var before = Lines(random, random.Next(40));
            var after = before.Where(_ => random.Next(6) > 0).SelectMany(line => random.Next(6) == 0 ? [line, random.Next(9) + "\n"] : new[] { line }).ToList();
            var (old, changed) = (Join(before, random), Join(after, random));
            if (old == changed || old.Length == 0)
            {
                continue;
            }

            folder.Write("a.txt", old);
            folder.Write("patch", UnifiedDiff.Write("a.txt", old, changed));
            Git(folder.Path, "apply", "--unidiff-zero", "--whitespace=nowarn", "patch");
            (File.Exists(folder["a.txt"]) ? File.ReadAllText(folder["a.txt"]) : "").ShouldBe(changed, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Write_OfTwoLargeTextsWithNothingInCommon_IsBounded()
    {
        var before = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i}\n"));
        var after = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"b{i}\n"));
        UnifiedDiff.Write("a.txt", before, after).Count(c => c == '\n').ShouldBe(40_003);
    }

    private static List<string> Lines(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(9) + "\n")];

    // A last line without an end is a case of its own.
    private static string Join(List<string> lines, Random random) => random.Next(4) == 0 ? string.Concat(lines).TrimEnd('\n') : string.Concat(lines);

    private static void Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, error);
    }
}
