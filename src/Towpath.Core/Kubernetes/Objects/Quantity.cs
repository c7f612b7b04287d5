using System.Globalization;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>Amounts as a cluster writes them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];

    /// <summary>Bytes, in the largest unit that leaves a whole number.</summary>
    public static string Bytes(long bytes)
    {
        var unit = 0;
        while (unit < Units.Length - 1 && bytes >= 1024 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            unit++;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + Units[unit];
    }

    /// <summary>Cores, in thousandths where they are no whole number.</summary>
    public static string Cpus(double cores)
    {
        var thousandths = (long)Math.Max(1, Math.Round(cores * 1000, MidpointRounding.AwayFromZero));
        return thousandths % 1000 == 0
            ? (thousandths / 1000).ToString(CultureInfo.InvariantCulture)
            : thousandths.ToString(CultureInfo.InvariantCulture) + "m";
    }

    /// <summary>A number of things. It is text as all amounts are: server-side apply takes no number in its place.</summary>
    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whole seconds, rounded up, at least 1.</summary>
    public static long Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));
}
