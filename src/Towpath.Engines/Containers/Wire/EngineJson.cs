using System.Text.Json.Serialization;

namespace Towpath.Engines.Containers.Wire;

/// <summary>Serializers made at compile time: reflection is not there in a native build.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateContainerBody))]
[JsonSerializable(typeof(CreatedAnswer))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(ContainerListItem[]))]
[JsonSerializable(typeof(RemovingItem[]))]
[JsonSerializable(typeof(ContainerAnswer))]
[JsonSerializable(typeof(ExecBody))]
[JsonSerializable(typeof(ExecStartBody))]
[JsonSerializable(typeof(ExecAnswer))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSerializable(typeof(ImageListItem[]))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(CreateNetworkBody))]
[JsonSerializable(typeof(LibpodNetworkBody))]
[JsonSerializable(typeof(NetworkAnswer))]
[JsonSerializable(typeof(NetworkAnswer[]))]
[JsonSerializable(typeof(CreateVolumeBody))]
[JsonSerializable(typeof(VolumeListAnswer))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class EngineJson : JsonSerializerContext;
