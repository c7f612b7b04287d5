namespace Towpath.Server.Api;

/// <summary>Gives a secret its value in one environment.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Name">Name in the Compose file.</param>
/// <param name="Value">The value; never stored in the journal, never given back.</param>
/// <param name="Actor">Who gives it.</param>
public sealed record SecretRequest(string Environment, string Name, string Value, string Actor);

/// <summary>A secret of an environment.</summary>
/// <param name="Name">Name in the Compose file.</param>
/// <param name="Source">Where its value comes from: <c>generated</c>, <c>file</c> or <c>given</c>.</param>
/// <param name="Version">Version of the present value, from 1; null where it has none.</param>
public sealed record SecretAnswer(string Name, string Source, int? Version);

/// <summary>Asks for another key.</summary>
/// <param name="Actor">Who asks.</param>
public sealed record RotateKeysRequest(string Actor);

/// <summary>What came of it.</summary>
/// <param name="Key">Name of the key that seals now: 16 hexadecimal digits, not the key.</param>
/// <param name="Sealed">Values that another one had sealed.</param>
/// <param name="Unopened">Values that no key opens, as <c>APP/ENV/NAME version N</c>: they are as they were.</param>
/// <param name="Unneeded">Names of keys that nothing needs any more.</param>
/// <param name="IsOwn">Whether Towpath keeps the keys itself, and has forgotten the unneeded ones.</param>
public sealed record KeyRotationAnswer(string Key, int Sealed, IReadOnlyList<string> Unopened, IReadOnlyList<string> Unneeded, bool IsOwn);
