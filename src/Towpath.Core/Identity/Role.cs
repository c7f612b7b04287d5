namespace Towpath.Core.Identity;

/// <summary>What somebody may do, in rising order: each role may do all that those before it may.</summary>
public enum Role
{
    /// <summary>Looks at it.</summary>
    Viewer,

    /// <summary>Ships commits, reads logs, asks for and confirms releases.</summary>
    Developer,

    /// <summary>Brings releases in and out, stops and lets go on, gives secrets.</summary>
    Operator,

    /// <summary>Removes applications; over everything, also keeps accounts and reads the audit trail.</summary>
    Administrator,
}
