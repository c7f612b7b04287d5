using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts.Helm;

/// <summary>How a value is written in a template.</summary>
internal enum HelmForm
{
    /// <summary>Text in quotes.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A mapping, below its key.</summary>
    Tree,
}

/// <summary>A part of an object that a template takes from the values. The same one stands wherever the same is meant.</summary>
/// <param name="expression">What the template asks for: <c>.Values.namespace</c>.</param>
/// <param name="form">How it is written.</param>
/// <param name="frame">Text around it, with one <c>%s</c>; null for none.</param>
internal sealed class HelmReference(string expression, HelmForm form, string? frame = null) : ManifestNode
{
    /// <summary>What the template asks for.</summary>
    public string Expression { get; } = expression;

    /// <summary>How it is written.</summary>
    public HelmForm Form { get; } = form;

    /// <summary>Text around it, with one <c>%s</c>; null for none.</summary>
    public string? Frame { get; } = frame;
}
