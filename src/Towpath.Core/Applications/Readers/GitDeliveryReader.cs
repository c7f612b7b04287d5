using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>delivery</c> and <c>git</c> of <c>kubernetes</c>: who applies the objects, and which repository they are committed to.</summary>
/// <param name="project">What is read.</param>
/// <param name="secrets">Names of the Compose file's secrets.</param>
internal sealed class GitDeliveryReader(ProjectReading project, ImmutableArray<string> secrets)
{
    private const string Apply = "apply";
    private const string Git = "git";
    private static readonly KeyTable Keys = new("git of kubernetes", "url branch path layout user password within");
    private readonly NodeReader _values = project.Values;

    /// <summary>What is committed where; null where Towpath applies the objects itself.</summary>
    public GitDeliverySpec? Read(YamlMapping node)
    {
        var word = _values.Word(node.Get("delivery"), "delivery", Apply, Git) ?? Apply;
        if (word == Apply)
        {
            if (node.Entry("git") is { Value.IsNull: false } unused)
            {
                project.Bag.Add(KubernetesSpecDiagnostics.NoEffectWithDelivery(unused.Key.Location, "git", Apply, "it says which repository objects are committed to, for `delivery: git`"));
            }

            return null;
        }

        return _values.Require(node.Get("git"), node, "`delivery: git`", "git") && _values.Mapping(node.Get("git"), Keys) is { } git ? Of(git, node.Entry("git")!) : null;
    }

    private GitDeliverySpec? Of(YamlMapping git, YamlEntry entry)
    {
        if (!_values.Require(git.Get("url"), git, "git", "url") || _values.NonEmpty(git.Get("url"), "url") is not { } url)
        {
            return null;
        }

        var spec = new GitDeliverySpec(url);
        spec = spec with
        {
            Branch = _values.NonEmpty(git.Get("branch"), "branch") ?? spec.Branch,
            Path = Folder(git.Get("path")),
            Layout = _values.Word(git.Get("layout"), "layout", "plain", "argocd", "flux") switch { "argocd" => GitLayout.ArgoCd, "flux" => GitLayout.Flux, _ => GitLayout.Plain },
            User = _values.NonEmpty(git.Get("user"), "user"),
            PasswordSecret = Password(git),
            Within = _values.Duration(git.Get("within"), "within") ?? spec.Within,
            Location = entry.Key.Location,
        };
        if (RepositoryAddress.WhyNoPush(spec.Url, spec.Branch) is { } why)
        {
            // The address itself may hold a password: it is not shown.
            project.Bag.Add(KubernetesSpecDiagnostics.BadRepository((why.Contains("branch", StringComparison.Ordinal) ? git.Get("branch") ?? git : git.Get("url")!).Location, why));
        }

        return spec;
    }

    private string Folder(YamlNode? node)
    {
        if (_values.NonEmpty(node, "path")?.Trim('/') is not { Length: > 0 } path)
        {
            return "";
        }

        if (!RepositoryAddress.IsFolder(path))
        {
            project.Bag.Add(ValueDiagnostics.BadName(node!.Location, "a folder of the repository", path, "letters, digits, `.`, `_` and `-` between slashes, and begins with no point"));
        }

        return path;
    }

    private string? Password(YamlMapping git)
    {
        if (git.Get("user") is not null)
        {
            _values.Require(git.Get("password"), git, "git with a user", "password");
        }

        var name = _values.NonEmpty(git.Get("password"), "password");
        if (name is not null && !secrets.Contains(name))
        {
            project.Bag.Add(ValueDiagnostics.UndefinedReference(git.Get("password")!.Location, "secret", name, secrets));
        }

        return name;
    }
}
