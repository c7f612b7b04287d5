namespace Towpath.Core.Compose;

/// <summary>What a project is read for: each key is judged for all of them.</summary>
[Flags]
internal enum EngineKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Containers of one machine.</summary>
    Containers = 1,

    /// <summary>A Kubernetes cluster.</summary>
    Kubernetes = 2,

    /// <summary>Some environments are one, some the other.</summary>
    Both = Containers | Kubernetes,
}
