using System.Text;
using Towpath.Engines.Secrets;

namespace Towpath.Tests.Engines.Secrets;

public sealed class SealedValueTests
{
    private static readonly SecretPlace Token = new("shop", "production", "token", 1);

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("zwölf Boxkämpfer\n\0")]
    public void Open_WhatWasSealed_IsTheValue(string value)
    {
        var keys = SecretKeys.New();

        SealedValue.Open(keys, Token, SealedValue.Seal(keys.First, Token, Encoding.UTF8.GetBytes(value))).ShouldBe(Encoding.UTF8.GetBytes(value));
    }

    [Fact]
    public void Seal_Twice_HasAnotherNonceAndShowsNothingOfTheValue()
    {
        var keys = SecretKeys.New();
        var first = SealedValue.Seal(keys.First, Token, "hunter2 hunter2"u8);

        SealedValue.Seal(keys.First, Token, "hunter2 hunter2"u8).ShouldNotBe(first);
        Encoding.Latin1.GetString(first).ShouldNotContain("hunter2");
        SealedValue.KeyOf(first).ShouldBe(keys.First.Id);
    }

    [Fact]
    public void Open_AnyByteAltered_IsRefused()
    {
        var keys = SecretKeys.New();
        var whole = SealedValue.Seal(keys.First, Token, "hunter2"u8);
        for (var i = 0; i < whole.Length; i++)
        {
            whole[i] ^= 1;
            SealedValue.Open(keys, Token, whole).ShouldBeNull($"byte {i}");
            whole[i] ^= 1;
        }

        for (var length = 0; length < whole.Length; length++) SealedValue.Open(keys, Token, whole.AsSpan(0, length)).ShouldBeNull($"{length} bytes");
        SealedValue.Open(keys, Token, whole).ShouldNotBeNull();
    }

    [Fact]
    public void Open_AsAnotherOne_IsRefused()
    {
        var keys = SecretKeys.New();
        var whole = SealedValue.Seal(keys.First, Token, "hunter2"u8);

        foreach (var other in new[] { Token with { Application = "blog" }, Token with { Environment = "staging" }, Token with { Name = "other" }, Token with { Version = 2 } })
            SealedValue.Open(keys, other, whole).ShouldBeNull(other.ToString());
        SealedValue.Open(SecretKeys.New(), Token, whole).ShouldBeNull("another key");
    }

    [Fact]
    public void Keys_WrittenAndRead_AreTheSameAndTheirTextTellsNothing()
    {
        var keys = SecretKeys.New().With(SecretKey.New());

        var read = SecretKeys.Parse("# a note\n\n" + keys.Export()).ShouldNotBeNull();

        read.All.Select(k => k.Id).ShouldBe(keys.All.Select(k => k.Id));
        keys.Export().ShouldNotContain(keys.First.ToString());
        SecretKeys.Parse($"{keys.First.Export()},{keys.First.Export()}")!.All.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a note")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all, not base64 at all, 1234")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Keys_OfWhatIsNone_AreNull(string text) => SecretKeys.Parse(text).ShouldBeNull();
}
