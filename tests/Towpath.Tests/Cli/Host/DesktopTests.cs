using Towpath.Cli.Host;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Host;

public sealed class DesktopTests : IDisposable
{
    private static readonly Uri Address = new("http://127.0.0.1:7420/login/terminal?a=1&b=$(touch%20x);c='d'");
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];

    public DesktopTests()
    {
        _variables["PATH"] = $"relative:/nowhere:{_folder.Path}";
        _variables["DISPLAY"] = ":0";
        File.WriteAllText(_folder["xdg-open"], $"#!/bin/sh\necho \"$# $1\" > '{_folder["asked.new"]}'\nmv '{_folder["asked.new"]}' '{_folder["asked"]}'\n");
        File.SetUnixFileMode(_folder["xdg-open"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_OnADesktop_HandsTheAddressOverAsOneArgument()
    {
        Open().ShouldBeTrue();
        for (var i = 0; i < 500 && !File.Exists(_folder["asked"]); i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        (await File.ReadAllTextAsync(_folder["asked"], TestContext.Current.CancellationToken)).ShouldBe($"1 {Address.AbsoluteUri}\n");
    }

    [Fact]
    public void Open_WithoutADesktopOrOverSsh_OpensNothing()
    {
        _variables["SSH_CONNECTION"] = "10.0.0.1 1 10.0.0.2 22";
        Open().ShouldBeFalse();
        _variables.Remove("SSH_CONNECTION");
        _variables.Remove("DISPLAY");
        Open().ShouldBeFalse();
        _variables["WAYLAND_DISPLAY"] = "wayland-0";
        File.Delete(_folder["xdg-open"]);
        Open().ShouldBeFalse();
    }

    private bool Open() => Desktop.Open(Address, name => _variables.GetValueOrDefault(name));
}
