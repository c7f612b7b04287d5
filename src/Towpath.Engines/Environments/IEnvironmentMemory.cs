namespace Towpath.Engines.Environments;

/// <summary>Small values that an environment must find again: its subnet, its port, marks of work that is done once.</summary>
public interface IEnvironmentMemory
{
    /// <summary>A value, or null.</summary>
    string? Read(string key);

    /// <summary>Stores a value.</summary>
    void Write(string key, string value);

    /// <summary>Forgets the values whose keys begin so.</summary>
    void Forget(string prefix);
}
