using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Environments;
using Towpath.Core.Handover;

namespace Towpath.Server.Storage;

/// <summary>Small values of the store that are kept as JSON.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
[JsonSerializable(typeof(ImmutableArray<ServiceValidation>))]
[JsonSerializable(typeof(EscalationState))]
internal sealed partial class StorageJson : JsonSerializerContext;
