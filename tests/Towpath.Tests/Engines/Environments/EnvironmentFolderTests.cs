using Towpath.Core.Applications;
using Towpath.Engines.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Environments;

public sealed class EnvironmentFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TemporaryFolder _state = new();
    private readonly EnvironmentFolder _folder;

    public EnvironmentFolderTests() => _folder = new EnvironmentFolder(_state.Path, "shop", "production");

    public void Dispose() => _state.Dispose();

    [Fact]
    public void SetSecret_Modes_OnlyTheOwnerEntersButAContainerMayReadItsFile()
    {
        _folder.SetSecret("token", "hunter2"u8);

        File.GetUnixFileMode(_folder.Secret("token")).ShouldBe(ReadableByAll);
        File.GetUnixFileMode(Path.GetDirectoryName(_folder.Secret("token"))!).ShouldBe(OwnerOnly);
        File.GetUnixFileMode(_state["environments/shop/production"]).ShouldBe(OwnerOnly);
    }

    [Fact]
    public void SetSecret_NewValues_AreNewFilesAndOldOnesStay()
    {
        for (var i = 1; i <= 11; i++) _folder.SetSecret("token", [(byte)('a' + i)]);
        var first = Path.Combine(Path.GetDirectoryName(_folder.Secret("token"))!, "1");

        _folder.SecretVersion("token").ShouldBe("11");
        _folder.SecretValue("token").ShouldBe("l");
        File.ReadAllText(first).ShouldBe("b");
    }

    [Fact]
    public void SetSecret_SameValue_IsNoNewVersion()
    {
        _folder.SetSecret("token", "one"u8);
        _folder.SetSecret("token", "one"u8);

        _folder.SecretVersion("token").ShouldBe("1");
    }

    [Fact]
    public void SetSecret_KilledWhileWriting_TheHalfOneDoesNotCount()
    {
        _folder.SetSecret("token", "one"u8);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(_folder.Secret("token"))!, "2.new"), "tw");

        _folder.SecretValue("token").ShouldBe("one");
        _folder.SetSecret("token", "two"u8);
        _folder.SecretValue("token").ShouldBe("two");
    }

    [Fact]
    public void GenerateSecret_Twice_KeepsTheFirst()
    {
        _folder.GenerateSecret("token", 32);
        var value = _folder.SecretValue("token");
        _folder.GenerateSecret("token", 32);

        _folder.SecretValue("token").ShouldBe(value);
        value!.Length.ShouldBe(32);
        value.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
    }

    [Fact]
    public void Secret_WithoutAValue_IsNull()
    {
        _folder.SecretVersion("token").ShouldBeNull();
        _folder.SecretValue("token").ShouldBeNull();
    }

    [Fact]
    public void Config_OtherContent_IsAnotherFile()
    {
        var one = new Config("settings", "a = 1\n", Models.At());
        var two = one with { Content = "a = 2\n" };
        _folder.WriteConfig(one);
        _folder.WriteConfig(two);

        File.ReadAllText(_folder.Config(one)).ShouldBe("a = 1\n");
        File.ReadAllText(_folder.Config(two)).ShouldBe("a = 2\n");
    }

    [Fact]
    public void Delete_All_AndThenUsedAgain()
    {
        _folder.SetSecret("token", "one"u8);
        _folder.Delete();
        Directory.Exists(_state["environments/shop/production"]).ShouldBeFalse();

        _folder.SetSecret("token", "two"u8);
        _folder.WriteConfig(new Config("settings", "a", Models.At()));

        _folder.SecretVersion("token").ShouldBe("1");
        File.GetUnixFileMode(_state["environments/shop/production"]).ShouldBe(OwnerOnly, "the folder that is made anew is closed too");
    }
}
