using System.Net;
using Towpath.Core.Configuration;

namespace Towpath.Tests.Configuration;

public sealed class ListenReaderTests
{
    private const string Url = "url: https://towpath.example.org\n";

    [Fact]
    public void Read_Tls_IsTaken()
    {
        var listen = Read(Url + "listen: { addresses: [0.0.0.0, '::'], port: 443, tls: { certificate: a.pem, key: b.pem } }\n").Configuration!.Listen!;
        listen.Addresses.ShouldBe([IPAddress.Any, IPAddress.IPv6Any]);
        (listen.Port, listen.Tls).ShouldBe((443, new CertificatePaths("a.pem", "b.pem")));
        listen.Proxies.ShouldBeEmpty();
    }

    [Fact]
    public void Read_Proxies_AreAddressesAndNetworks()
    {
        var configuration = Read(Url + "listen: { addresses: 10.0.0.5, behind-proxy: [10.0.0.1, 'fd00::/8'] }\n").Configuration!;
        configuration.Url.ShouldBe(new Uri("https://towpath.example.org/"));
        configuration.Listen!.Proxies.Select(p => p.ToString()).ShouldBe(["10.0.0.1/32", "fd00::/8"]);
        configuration.Listen.Port.ShouldBe(ListenPolicy.DefaultPort);
    }

    [Theory]
    [InlineData(Url + "listen: { addresses: 0.0.0.0 }", "TP4517")]
    [InlineData(Url + "listen: { addresses: 127.0.0.1 }", "TP4517")]
    [InlineData(Url + "listen: { addresses: 0.0.0.0, behind-proxy: 10.0.0.1, tls: { certificate: a, key: b } }", "TP4518")]
    [InlineData(Url + "listen: { addresses: all, behind-proxy: 10.0.0.1 }", "TP4518")]
    [InlineData(Url + "listen: { addresses: 0.0.0.0, behind-proxy: proxy.example }", "TP4518")]
    [InlineData(Url + "listen: { addresses: 0.0.0.0, behind-proxy: [] }", "TP4518")]
    [InlineData(Url + "listen: { addresses: [], behind-proxy: 10.0.0.1 }", "TP4518")]
    [InlineData("listen: { addresses: 0.0.0.0, behind-proxy: 10.0.0.1 }", "TP1048")]
    [InlineData("url: http://127.0.0.1:7420\nlisten: { addresses: 0.0.0.0, behind-proxy: 10.0.0.1 }", "TP4502")]
    [InlineData("url: http://towpath.example.org", "TP4502")]
    [InlineData("url: https://towpath.example.org/?a=b", "TP4502")]
    [InlineData("url: https://example.org/towpath\nlisten: { addresses: 0.0.0.0, behind-proxy: 10.0.0.1 }", "TP4502")]
    public void Read_WhatIsNotSafe_IsRefused(string text, string code)
    {
        var reading = Read(text + "\n");
        reading.Configuration.ShouldBeNull();
        reading.Diagnostics.Select(d => d.Code).ShouldBe([code]);
    }

    private static ConfigurationReading Read(string text) =>
        ConfigurationReader.Read("server.yaml", System.Text.Encoding.UTF8.GetBytes(text), new ConfigurationInputs(new Dictionary<string, string>(), _ => new SecretFile("s", null)));
}
