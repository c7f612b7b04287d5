using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Secrets;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Secrets;

public sealed class SecretVaultTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly TemporaryFolder _state = new();
    private readonly EnvironmentSecrets _secrets;

    public SecretVaultTests() => _secrets = Open();

    private string KeyFile => _state["keys/secrets.key"];

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Set_Value_LiesSealedInTheStateAndOpenedWhereContainersReadIt()
    {
        _secrets.Set("token", "hunter2-canary"u8);

        var file = _secrets.FileOf("token");
        File.ReadAllText(file).ShouldBe("hunter2-canary");
        file.ShouldBe(_state["environments/shop/production/secrets/token/1"], "the path that containers were made with stays");
        var target = new FileInfo(file).LinkTarget.ShouldNotBeNull();
        File.GetUnixFileMode(target).ShouldBe(ReadableByAll);
        target.ShouldStartWith(_state["shown"]);
        File.GetUnixFileMode(_state["environments/shop/production/secrets/token"]).ShouldBe(OwnerOnly);
        foreach (var kept in Directory.EnumerateFiles(_state["environments"], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            Encoding.Latin1.GetString(File.ReadAllBytes(kept)).ShouldNotContain("hunter2", customMessage: kept);
    }

    [Fact]
    public void Set_NewValues_AreNewVersionsAndOldOnesStay()
    {
        for (var i = 1; i <= 11; i++) _secrets.Set("token", [(byte)('a' + i)]);

        _secrets.Version("token").ShouldBe("11");
        _secrets.Value("token").ShouldBe("l");
        File.ReadAllText(_state["environments/shop/production/secrets/token/1"]).ShouldBe("b");
    }

    [Fact]
    public void Bytes_OfAnEarlierVersion_AreThoseThatItHad()
    {
        _secrets.Set("token", "one"u8);
        _secrets.Set("token", "two"u8);

        _secrets.Bytes("token", "1").ShouldBe("one"u8.ToArray());
        _secrets.Bytes("token", "2").ShouldBe("two"u8.ToArray());
        _secrets.Bytes("token", "3").ShouldBeNull();
        _secrets.Bytes("other", "1").ShouldBeNull();
    }

    [Fact]
    public void VersionOf_Value_IsThePresentOneWhereItIsTheSame()
    {
        _secrets.VersionOf("token", "one"u8).ShouldBe(EnvironmentSecrets.FirstVersion);
        _secrets.Set("token", "one"u8);

        _secrets.VersionOf("token", "one"u8).ShouldBe("1");
        _secrets.VersionOf("token", "two"u8).ShouldBe("2");
        _secrets.Version("token").ShouldBe("1", "nothing was set");
    }

    [Fact]
    public void Bytes_ValueThatIsNoText_ComesBackByteForByte()
    {
        byte[] value = [0, 0xff, 0xfe, 0x80, 10];
        _secrets.Set("token", value);

        _secrets.Bytes("token").ShouldBe(value);
        _secrets.Bytes("other").ShouldBeNull();
    }

    [Fact]
    public void Set_SameValue_IsNoNewVersion()
    {
        _secrets.Set("token", "one"u8);
        _secrets.Set("token", "one"u8);

        _secrets.Version("token").ShouldBe("1");
    }

    [Fact]
    public void Set_KilledWhileWriting_TheHalfOneDoesNotCount()
    {
        _secrets.Set("token", "one"u8);
        File.WriteAllText(_state["environments/shop/production/secrets/token/2.sealed.new"], "tw");

        _secrets.Value("token").ShouldBe("one");
        _secrets.Set("token", "two"u8);
        _secrets.Value("token").ShouldBe("two");
    }

    [Fact]
    public void Generate_Twice_KeepsTheFirst()
    {
        _secrets.Generate("token", 32);
        var value = _secrets.Value("token");
        _secrets.Generate("token", 32);

        _secrets.Value("token").ShouldBe(value);
        value!.Length.ShouldBe(32);
        value.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
    }

    [Fact]
    public void Version_WithoutAValue_IsNull()
    {
        _secrets.Version("token").ShouldBeNull();
        _secrets.Value("token").ShouldBeNull();
    }

    [Fact]
    public void Open_AfterTheMachineRestarted_ShowsAllVersionsAgain()
    {
        _secrets.Set("token", "one"u8);
        _secrets.Set("token", "two"u8);
        Directory.Delete(_state["shown"], recursive: true);

        Open();

        File.ReadAllText(_state["environments/shop/production/secrets/token/1"]).ShouldBe("one");
        File.ReadAllText(_state["environments/shop/production/secrets/token/2"]).ShouldBe("two");
    }

    [Fact]
    public void Open_ValuesInTheClear_AreSealedUnderTheSamePath()
    {
        var folder = _state["environments/shop/production/secrets/old"];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "3"), "from before");

        var opened = Open();

        opened.Version("old").ShouldBe("3");
        File.ReadAllText(Path.Combine(folder, "3")).ShouldBe("from before");
        new FileInfo(Path.Combine(folder, "3")).LinkTarget.ShouldNotBeNull();
        Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(folder, "3.sealed"))).ShouldNotContain("before");
    }

    [Fact]
    public void Rotate_OwnKey_SealsAllAnewAndForgetsTheOldOne()
    {
        _secrets.Set("token", "one"u8);
        _secrets.Set("token", "two"u8);
        var before = File.ReadAllText(KeyFile);

        var done = Vault().Rotate();

        (done.Sealed, done.Unopened.Count, done.Unneeded.Count).ShouldBe((2, 0, 1));
        var after = SecretKeys.Parse(File.ReadAllText(KeyFile)).ShouldNotBeNull();
        after.All.Length.ShouldBe(1);
        after.First.Id.ShouldBe(done.Key);
        before.ShouldNotContain(after.First.Export());
        Open().Value("token").ShouldBe("two");
        File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Rotate_CutOffAfterTheNewKey_OpensAllAndIsDoneAgain()
    {
        _secrets.Set("token", "one"u8);
        var keyring = SecretKeyring.InFile(KeyFile);
        keyring.AddKey();

        Open().Value("token").ShouldBe("one");
        Vault().Rotate().Sealed.ShouldBe(1);
        Open().Value("token").ShouldBe("one");
    }

    [Fact]
    public void Rotate_ValueThatNoKeyOpens_IsToldAndNoKeyIsForgotten()
    {
        _secrets.Set("token", "one"u8);
        _secrets.Set("other", "two"u8);
        var file = _state["environments/shop/production/secrets/other/1.sealed"];
        var whole = File.ReadAllBytes(file);
        whole[^1] ^= 1;
        File.WriteAllBytes(file, whole);

        var done = Vault().Rotate();

        done.Unopened.ShouldBe(["shop/production/other version 1"]);
        done.Unneeded.ShouldBeEmpty();
        SecretKeys.Parse(File.ReadAllText(KeyFile))!.All.Length.ShouldBe(2);
        File.ReadAllBytes(file).ShouldBe(whole);
        whole[^1] ^= 1;
        File.WriteAllBytes(file, whole);
        Open().Value("other").ShouldBe("two", "mended from a copy, its key is still there");
    }

    [Fact]
    public void Rotate_GivenKeys_SealsByTheFirst()
    {
        var old = SecretKeys.New();
        new SecretVault(_state.Path, SecretKeyring.Given(old), _state["shown"]).Of("shop", "staging").Set("token", "one"u8);
        var both = old.With(SecretKey.New());

        var done = new SecretVault(_state.Path, SecretKeyring.Given(both), _state["shown"]).Rotate();

        (done.Key, done.Sealed).ShouldBe((both.First.Id, 1));
        done.Unneeded.ShouldBe([old.First.Id]);
        new SecretVault(_state.Path, SecretKeyring.Given(both.OnlyFirst()), _state["shown"]).Of("shop", "staging").Value("token").ShouldBe("one");
    }

    [Fact]
    public void Rotate_ByAnotherControlPlane_IsSeenByThisOne()
    {
        _secrets.Set("token", "one"u8);
        var theirs = Open();

        Vault().Rotate().Sealed.ShouldBe(1);

        theirs.Value("token").ShouldBe("one");
        _secrets.Value("token").ShouldBe("one");
    }

    [Fact]
    public void FileOf_KeyIsLost_IsToldAndANewValueMendsIt()
    {
        _secrets.Set("token", "one"u8);
        Directory.Delete(_state["shown"], recursive: true);
        var lost = new SecretVault(_state.Path, SecretKeyring.Given(SecretKeys.New()), _state["shown"]).Of("shop", "production");

        var failure = Should.Throw<DiagnosticException>(() => lost.FileOf("token"));
        failure.Diagnostics[0].Code.ShouldBe("TP4831");
        lost.Set("token", "two"u8);
        lost.Value("token").ShouldBe("two");
        lost.Version("token").ShouldBe("2");
    }

    [Fact]
    public void Keys_FileIsDamaged_IsToldAndLeftAsItIs()
    {
        _secrets.Set("token", "one"u8);
        File.WriteAllText(KeyFile, "half a k");

        Should.Throw<DiagnosticException>(() => Open().Value("token")).Diagnostics[0].Code.ShouldBe("TP4830");
        File.ReadAllText(KeyFile).ShouldBe("half a k");
    }

    [Fact]
    public void Hide_Application_TakesShownValuesAway()
    {
        _secrets.Set("token", "one"u8);

        var vault = Vault();
        vault.Of("blog", "production").Set("token", "two"u8);
        vault.Hide("shop");
        File.ReadAllText(vault.Of("blog", "production").FileOf("token")).ShouldBe("two");
        vault.Hide("blog");
        vault.Hide("never there");

        Directory.EnumerateFiles(_state["shown"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void Shown_Folder_IsPrivateInMemoryAndOfThisStateAlone()
    {
        var (one, again, other) = (ShownSecrets.Of(_state.Path), ShownSecrets.Of(_state.Path), ShownSecrets.Of(_state["other"]));
        try
        {
            again.ShouldBe(one);
            other.ShouldNotBe(one);
            File.GetUnixFileMode(one).ShouldBe(OwnerOnly);
            if (Directory.Exists("/dev/shm") && ShownSecrets.IsInMemory("/dev/shm")) ShownSecrets.IsInMemory(one).ShouldBeTrue();
        }
        finally
        {
            Directory.Delete(one);
            Directory.Delete(other);
        }
    }

    private SecretVault Vault() => new(_state.Path, SecretKeyring.InFile(KeyFile), _state["shown"]);

    private EnvironmentSecrets Open() => Vault().Of("shop", "production");
}
