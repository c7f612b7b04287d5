using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary><c>blkio_config</c> of a service, key by key.</summary>
internal static class BlockIoTable
{
    private static Shape Rates { get; } = ListOf(Map(new Table("a rate of a device")
    {
        IsExtensible = false,
        ["path"] = Text with { JsonName = "Path", IsKept = true },
        ["rate"] = WholeBytes with { JsonName = "Rate", IsKept = true },
    }));

    /// <summary>Limits of block devices.</summary>
    public static Table BlockIo { get; } = new("blkio_config")
    {
        IsExtensible = false,
        ["device_read_bps"] = Rates,
        ["device_read_iops"] = Rates,
        ["device_write_bps"] = Rates,
        ["device_write_iops"] = Rates,
        ["weight"] = Whole,
        ["weight_device"] = ListOf(Map(new Table("the weight of a device")
        {
            IsExtensible = false,
            ["path"] = Text with { JsonName = "Path", IsKept = true },
            ["weight"] = Whole with { JsonName = "Weight", IsKept = true },
        })),
    };
}
