using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Signatures under agreements.
public abstract partial class StoreContract
{
    private static readonly SignatureRecord Bens = new("shop", new string('1', 64), "dev", "ben", Models.Noon);

    [Fact]
    public void SaveSignature_OfEachSide_ComeBackOldestFirst()
    {
        var anns = Bens with { Side = "ops", Actor = "ann", At = Models.Noon.AddMinutes(-5) };
        Sign(Bens);
        Sign(anns);

        _store.Signatures("shop", Bens.Text).ShouldBe([anns, Bens]);
        _store.Facts("shop", 0, 9).Select(f => f.Kind).ShouldBe([FactKind.AgreementSigned, FactKind.AgreementSigned]);
    }

    [Fact]
    public void SaveSignature_SideOrPersonOnceMore_KeepsTheFirstAndTellsNothing()
    {
        Sign(Bens);
        Sign(Bens with { At = Models.Noon.AddDays(1) });
        Sign(Bens with { Actor = "kim" });
        Sign(Bens with { Side = "ops" });

        _store.Signatures("shop", Bens.Text).ShouldBe([Bens]);
        _store.Facts("shop", 0, 9).ShouldHaveSingleItem();
    }

    [Fact]
    public void Signatures_OfAnotherTextOrApplication_AreNone()
    {
        Sign(Bens);

        _store.Signatures("shop", new string('2', 64)).ShouldBeEmpty();
        _store.Signatures("blog", Bens.Text).ShouldBeEmpty();
        Sign(Bens with { Text = new string('2', 64), Side = "ops" });
        _store.Signatures("shop", Bens.Text).ShouldBe([Bens]);
    }

    [Fact]
    public void RemoveApplication_WithSignatures_ForgetsThem()
    {
        Sign(Bens);
        Sign(Bens with { Application = "blog" });
        _store.RemoveApplication("shop");

        _store.Signatures("shop", Bens.Text).ShouldBeEmpty();
        _store.Signatures("blog", Bens.Text).ShouldHaveSingleItem();
    }

    private void Sign(SignatureRecord signature) => _store.SaveSignature(signature, Models.Fact(FactKind.AgreementSigned, signature.Application));
}
