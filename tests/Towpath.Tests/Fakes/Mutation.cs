namespace Towpath.Tests.Fakes;

/// <summary>Spoils texts at random, with what matters to YAML and templates before all.</summary>
internal static class Mutation
{
    /// <summary>The bytes with one to four changes: replaced, inserted, removed, repeated.</summary>
    public static byte[] Of(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        var interesting = "{}[]:,&*#?|->!%@`'\"\n\t $\\~<=0."u8.ToArray();
        for (var i = random.Next(1, 5); i > 0 && list.Count > 0; i--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(5))
            {
                case 0:
                    list[at] = interesting[random.Next(interesting.Length)];
                    break;
                case 1:
                    list.Insert(at, interesting[random.Next(interesting.Length)]);
                    break;
                case 2:
                    list.RemoveRange(at, Math.Min(random.Next(1, 12), list.Count - at));
                    break;
                case 3:
                    list.InsertRange(random.Next(list.Count), list.GetRange(at, Math.Min(random.Next(1, 40), list.Count - at)));
                    break;
                default:
                    list[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. list];
    }
}
