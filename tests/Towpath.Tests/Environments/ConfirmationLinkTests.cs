using System.Text;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class ConfirmationLinkTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes(new string('k', 32));
    private static readonly ConfirmationLink Link = new("shop", "production", "r-1", "ops \"night\"", new string('c', 64), Sample.Start.AddHours(24));

    [Fact]
    public void Read_WhatWasSigned_IsTheSame()
    {
        var text = Link.Sign(Key);

        ConfirmationLink.Read(text, Key).ShouldBe(Link);
        text.ShouldMatch("^[a-z0-9]+[.][a-z0-9]+$");
        text.Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void Read_AnyCharacterChanged_IsNone()
    {
        var text = Link.Sign(Key);
        for (var i = 0; i < text.Length; i++)
        {
            // A digit in upper case stands for the same bytes, which is the same link.
            var changed = ConfirmationLink.Read(text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..], Key);
            if (changed is not null) changed.ShouldBe(Link);
        }

        ConfirmationLink.Read(text, Encoding.ASCII.GetBytes(new string('x', 32))).ShouldBeNull();
    }

    [Fact]
    public void Read_HalvesOfTwoLinks_IsNone()
    {
        var other = (Link with { Release = "r-2" }).Sign(Key);

        ConfirmationLink.Read(other.Split('.')[0] + "." + Link.Sign(Key).Split('.')[1], Key).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("\"><script>.x")]
    [InlineData("AAAA.AAAA")]
    public void Read_WhatIsNoLink_IsNone(string text) => ConfirmationLink.Read(text, Key).ShouldBeNull();

    [Fact]
    public void Read_TooLong_IsNone() => ConfirmationLink.Read(new string('A', ConfirmationLink.Longest) + ".AAAA", Key).ShouldBeNull();
}
