namespace Towpath.Core.Configuration;

/// <summary>A value that is never shown: as text it is <c>(secret)</c>, as JSON an empty object.</summary>
/// <param name="value">The value.</param>
public sealed class Secret(string value)
{
    /// <summary>The value, for the one place that needs it.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "(secret)";
}
