using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Towpath.Server.Storage;

/// <summary>Small values of the store that are kept as JSON.</summary>
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
internal sealed partial class StorageJson : JsonSerializerContext;
