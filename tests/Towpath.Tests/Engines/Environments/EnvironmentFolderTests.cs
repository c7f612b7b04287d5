using Towpath.Core.Applications;
using Towpath.Engines.Environments;
using Towpath.Engines.Secrets;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Environments;

public sealed class EnvironmentFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _state = new();
    private readonly EnvironmentFolder _folder;

    public EnvironmentFolderTests() => _folder = new EnvironmentFolder(_state.Path, "shop", "production", new SecretVault(_state.Path, SecretKeyring.Given(SecretKeys.New()), _state["shown"]));

    public void Dispose() => _state.Dispose();

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
        _folder.Secrets.Set("token", "one"u8);
        _folder.Delete();
        Directory.Exists(_state["environments/shop/production"]).ShouldBeFalse();
        Directory.EnumerateFiles(_state["shown"], "*", SearchOption.AllDirectories).ShouldBeEmpty();

        _folder.Secrets.Set("token", "two"u8);
        _folder.WriteConfig(new Config("settings", "a", Models.At()));

        _folder.Secrets.Version("token").ShouldBe("1");
        File.GetUnixFileMode(_state["environments/shop/production"]).ShouldBe(OwnerOnly, "the folder that is made anew is closed too");
    }
}
