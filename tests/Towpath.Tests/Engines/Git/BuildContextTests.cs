using System.Formats.Tar;
using Towpath.Engines.Git;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Git;

public sealed class BuildContextTests : IDisposable
{
    private readonly TemporaryFolder _one = new();
    private readonly TemporaryFolder _two = new();

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public async Task WriteTarAsync_SameContentElsewhereAndLater_SameBytes()
    {
        var deep = string.Concat(Enumerable.Repeat("a-long-folder-name/", 12)) + "file";
        foreach (var (folder, names) in new[] { (_one, new[] { "Dockerfile", "b/x", "a", deep }), (_two, [deep, "a", "b/x", "Dockerfile"]) })
        {
            foreach (var name in names)
                folder.Write(name, "content of " + name);
            File.CreateSymbolicLink(folder["link"], "b/x");
        }

        File.SetLastWriteTimeUtc(_two["a"], new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        File.SetUnixFileMode(_two["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);

        (await Tar(_two)).ShouldBe(await Tar(_one));
    }

    [Fact]
    public async Task WriteTarAsync_SameSizeOtherContent_OtherTime()
    {
        _one.Write("index.html", "version 1");
        _two.Write("index.html", "version 2");

        var times = new[] { Entries(await Tar(_one)), Entries(await Tar(_two)) }.Select(e => e.Single().ModificationTime).ToList();

        times[0].ShouldNotBe(times[1]);
        times.ShouldAllBe(t => t.Year >= 2000 && t.Year < 2021);
    }

    [Fact]
    public async Task WriteTarAsync_ModesAndLinks_AreKept()
    {
        _one.Write("run.sh", "x");
        File.SetUnixFileMode(_one["run.sh"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_one["link"], "run.sh");

        var entries = Entries(await Tar(_one)).ToDictionary(e => e.Name);

        ((int)entries["run.sh"].Mode).ShouldBe(Convert.ToInt32("755", 8));
        (entries["run.sh"].Uid, entries["run.sh"].Gid).ShouldBe((0, 0));
        entries["link"].LinkName.ShouldBe("run.sh");
    }

    [Theory]
    [InlineData("*.md", "Dockerfile .dockerignore src src/a.cs src/b.md src/bin src/bin/a.cs")]
    [InlineData("**/*.md", "Dockerfile .dockerignore src src/a.cs src/bin src/bin/a.cs")]
    [InlineData("**/bin", "Dockerfile .dockerignore readme.md src src/a.cs src/b.md")]
    [InlineData("src\n!src/b.md", "Dockerfile .dockerignore readme.md src/b.md")]
    [InlineData("!readme.md\n*", "Dockerfile .dockerignore")]
    [InlineData("*\n!src/bin", "Dockerfile .dockerignore src/bin src/bin/a.cs")]
    [InlineData("# src\n\n /src/bin/ \n", "Dockerfile .dockerignore readme.md src src/a.cs src/b.md")]
    [InlineData("src/[ab].*", "Dockerfile .dockerignore readme.md src src/bin src/bin/a.cs")]
    [InlineData("s?c", "Dockerfile .dockerignore readme.md")]
    [InlineData("src/**", "Dockerfile .dockerignore readme.md src")]
    [InlineData("Dockerfile\n.dockerignore", "Dockerfile .dockerignore readme.md src src/a.cs src/b.md src/bin src/bin/a.cs")]
    [InlineData("[z-a]", "Dockerfile .dockerignore readme.md src src/a.cs src/b.md src/bin src/bin/a.cs")]
    public async Task WriteTarAsync_DockerIgnore_LeavesOut(string rules, string expected)
    {
        foreach (var name in new[] { "Dockerfile", "readme.md", "src/a.cs", "src/b.md", "src/bin/a.cs" })
            _one.Write(name, "x");
        _one.Write(".dockerignore", rules);

        Entries(await Tar(_one)).Select(e => e.Name.TrimEnd('/')).ShouldBe(expected.Split(' '), ignoreOrder: true);
    }

    [Fact]
    public async Task WriteTarAsync_DockerfileInIgnoredFolder_IsSent()
    {
        _one.Write("build/Dockerfile", "FROM x");
        _one.Write("build/other", "x");
        _one.Write(".dockerignore", "build");

        Entries(await Tar(_one, "build/Dockerfile")).Select(e => e.Name).ShouldBe([".dockerignore", "build/Dockerfile"]);
    }

    private static async Task<byte[]> Tar(TemporaryFolder folder, string dockerfile = "Dockerfile")
    {
        using var stream = new MemoryStream();
        await BuildContext.WriteTarAsync(folder.Path, dockerfile, stream, default);
        return stream.ToArray();
    }

    private static List<TarEntry> Entries(byte[] tar)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry() is { } entry)
            entries.Add(entry);
        return entries;
    }
}
