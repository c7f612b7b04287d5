using Towpath.Core.Identity;

namespace Towpath.Tests.Identity;

public sealed class PasswordHashTests
{
    private static readonly byte[] Salt = "passwordPASSWORDpassword"u8.ToArray();

    [Fact]
    public void Of_KnownInput_IsPbkdf2WithSha512()
    {
        // PBKDF2-HMAC-SHA512 of "password", "salt", 1 and 4096 rounds, as published with many libraries.
        var one = PasswordHash.Of("password", "salt"u8, 1).Split('$');
        one[..2].ShouldBe(["pbkdf2-sha512", "1"]);
        Hex(one[3]).ShouldBe("867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce");
        Hex(PasswordHash.Of("password", "salt"u8, 4096).Split('$')[3])
            .ShouldBe("d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5");
    }

    [Fact]
    public void Fits_OnlyThePasswordThatWasStored()
    {
        var stored = PasswordHash.Of("correct horse battery", Salt, 10);
        PasswordHash.Fits("correct horse battery", stored).ShouldBeTrue();
        PasswordHash.Fits("correct horse batterz", stored).ShouldBeFalse();
        PasswordHash.Fits("", stored).ShouldBeFalse();
        stored.ShouldNotContain("horse");
        PasswordHash.Of("correct horse battery", "another salt, sir"u8, 10).ShouldNotBe(stored);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("pbkdf2-sha512$x$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$-1$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$2000000000$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$10$AAAA$")]
    [InlineData("pbkdf2-sha512$10$AAAA$!!!!")]
    [InlineData("md5$10$AAAA$AAAA")]
    public void Fits_WhatCantBeRead_FitsNothing(string stored)
    {
        PasswordHash.Fits("", stored).ShouldBeFalse();
        PasswordHash.Fits("plain", stored).ShouldBeFalse();
        PasswordHash.IsWeak(stored).ShouldBeTrue();
    }

    [Fact]
    public void IsWeak_FewerRoundsThanNow()
    {
        PasswordHash.IsWeak(PasswordHash.Of("x", Salt, 1000)).ShouldBeTrue();
        PasswordHash.IsWeak(PasswordHash.Nobody).ShouldBeFalse();
        PasswordHash.Nobody.ShouldStartWith($"pbkdf2-sha512${PasswordHash.Iterations}$");
    }

    [Theory]
    [InlineData("short", "ben", false)]
    [InlineData("fourteen chars", "ben", false)]
    [InlineData("fifteen chars ?", "ben", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", "ben", false)]
    [InlineData("i am Benjamin the great", "benjamin", false)]
    [InlineData("i am ben the great one", "ben", true)]
    public void Fault_TellsWhatCantBeAPassword(string password, string account, bool good) => (PasswordHash.Fault(password, account) is null).ShouldBe(good);

    [Fact]
    public void Fault_TooLong_IsOne() => PasswordHash.Fault(string.Concat(Enumerable.Repeat("abcdefgh ", 40)), "ben").ShouldNotBeNull();

    private static string Hex(string base64) => Convert.ToHexStringLower(System.Buffers.Text.Base64Url.DecodeFromChars(base64));
}
