namespace Towpath.Core.Compose.Schema;

/// <summary>What a node is, as YAML reads it.</summary>
[Flags]
internal enum Kinds
{
    /// <summary>Nothing is allowed.</summary>
    None = 0,

    /// <summary><c>null</c>, <c>~</c> or left empty.</summary>
    Null = 1,

    /// <summary><c>true</c> or <c>false</c> without quotes.</summary>
    Boolean = 2,

    /// <summary>A whole number without quotes.</summary>
    Integer = 4,

    /// <summary>A number with a fraction, without quotes.</summary>
    Fraction = 8,

    /// <summary>Text: quoted, or nothing else.</summary>
    Text = 16,

    /// <summary>A list.</summary>
    List = 32,

    /// <summary>A mapping.</summary>
    Mapping = 64,

    /// <summary>Any number.</summary>
    Number = Integer | Fraction,

    /// <summary>Any single value that is something.</summary>
    Scalar = Boolean | Number | Text,

    /// <summary>Anything.</summary>
    Any = Null | Scalar | List | Mapping,
}

/// <summary>What a single value stands for, and so how it is checked and written.</summary>
internal enum Meaning
{
    /// <summary>Text; numbers and booleans stand for their own text.</summary>
    Text,

    /// <summary>A boolean; text may be any word that YAML 1.1 knows for one.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number of single precision.</summary>
    Fraction,

    /// <summary>A size in bytes, with or without a unit.</summary>
    Bytes,

    /// <summary>A time with units.</summary>
    Duration,

    /// <summary>Access rights; text is octal.</summary>
    FileMode,

    /// <summary>A number of devices, or <c>all</c>.</summary>
    DeviceCount,

    /// <summary>The user's own: whatever YAML says.</summary>
    Free,
}

/// <summary>How nothing is written.</summary>
internal enum NullForm
{
    /// <summary>Not at all.</summary>
    LeftOut,

    /// <summary>As <c>null</c>.</summary>
    Null,

    /// <summary>As empty text.</summary>
    EmptyText,

    /// <summary>As a mapping without keys of the user's.</summary>
    EmptyMapping,
}
