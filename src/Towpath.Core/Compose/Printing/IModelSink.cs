namespace Towpath.Core.Compose.Printing;

/// <summary>Where a model is written, piece by piece, in order.</summary>
internal interface IModelSink
{
    /// <summary>A mapping begins.</summary>
    void BeginMapping();

    /// <summary>A key of it; its value follows.</summary>
    void Key(string name);

    /// <summary>It ends.</summary>
    void EndMapping();

    /// <summary>A list begins.</summary>
    void BeginList();

    /// <summary>It ends.</summary>
    void EndList();

    /// <summary>Text.</summary>
    void Text(string value);

    /// <summary>A number, in its final form.</summary>
    void Number(string value);

    /// <summary>A boolean.</summary>
    void Flag(bool value);

    /// <summary>Nothing.</summary>
    void Null();
}
