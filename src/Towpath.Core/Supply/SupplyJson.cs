using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Supply.Advisories;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply;

/// <summary>How inventories and advisories are stored.</summary>
public static class SupplyText
{
    /// <summary>An inventory as JSON.</summary>
    public static string Write(ImageInventory inventory) => JsonSerializer.Serialize(inventory, SupplyJson.Default.ImageInventory);

    /// <summary>An inventory that <see cref="Write(ImageInventory)"/> wrote.</summary>
    public static ImageInventory ReadInventory(string text) => JsonSerializer.Deserialize(text, SupplyJson.Default.ImageInventory)!;

    /// <summary>An advisory as JSON.</summary>
    public static string Write(PackageAdvisory advisory) => JsonSerializer.Serialize(advisory, SupplyJson.Default.PackageAdvisory);

    /// <summary>An advisory that <see cref="Write(PackageAdvisory)"/> wrote.</summary>
    public static PackageAdvisory ReadAdvisory(string text) => JsonSerializer.Deserialize(text, SupplyJson.Default.PackageAdvisory)!;
}

/// <summary>Their JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImageInventory))]
[JsonSerializable(typeof(PackageAdvisory))]
internal sealed partial class SupplyJson : JsonSerializerContext;
