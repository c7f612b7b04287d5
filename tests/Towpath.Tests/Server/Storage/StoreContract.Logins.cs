using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Links to providers, and the code of the first administrator's link.
public abstract partial class StoreContract
{
    [Fact]
    public void AddLink_OfASubjectOrAnAccountThatHasOne_IsRefused()
    {
        _store.AddLink(new AccountLink("https://a", "1", "ben"), Models.Fact(FactKind.AccountLinked)).ShouldBeTrue();
        _store.AddLink(new AccountLink("https://a", "1", "ann"), Models.Fact(FactKind.AccountLinked)).ShouldBeFalse();
        _store.AddLink(new AccountLink("https://a", "2", "ben"), Models.Fact(FactKind.AccountLinked)).ShouldBeFalse();
        _store.AddLink(new AccountLink("https://b", "1", "ann")).ShouldBeTrue();

        (_store.LinkedAccount("https://a", "1"), _store.LinkedAccount("https://b", "1"), _store.LinkedAccount("https://a", "2")).ShouldBe(("ben", "ann", null));
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
        _store.RemoveLinks("ben").ShouldBeTrue();
        _store.RemoveLinks("ben", Models.Fact(FactKind.AccountLinked)).ShouldBeFalse();
        _store.LinkedAccount("https://a", "1").ShouldBeNull();
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public void FirstCode_IsGoodOnceUntilItsTimeOrANewerOne()
    {
        var end = Models.Noon.AddHours(1);
        _store.KeepFirstCode("h1", end, Models.Fact(FactKind.FirstLink));
        _store.IsFirstCode("h1", Models.Noon).ShouldBeTrue();
        _store.IsFirstCode("h1", end).ShouldBeFalse();
        _store.TakeFirstCode("h1", end).ShouldBeFalse();
        _store.IsFirstCode("h2", Models.Noon).ShouldBeFalse();
        _store.KeepFirstCode("h2", end);
        _store.IsFirstCode("h1", Models.Noon).ShouldBeFalse();
        _store.TakeFirstCode("h2", Models.Noon).ShouldBeTrue();
        _store.TakeFirstCode("h2", Models.Noon).ShouldBeFalse();
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }
}
