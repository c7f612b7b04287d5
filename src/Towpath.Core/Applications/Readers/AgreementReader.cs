using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Identity;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>agreement:</c> of <c>towpath.yaml</c>: a path, or a path with the sides that sign.</summary>
internal sealed class AgreementReader(ProjectReading project)
{
    private static readonly KeyTable Keys = new("agreement", "file sides");
    private readonly NodeReader _values = project.Values;

    /// <summary>What stands there; null where nothing does. After an error it is not whole, and nobody gets to see it.</summary>
    public Agreement? Read(YamlNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var mapping = node is YamlScalar ? null : _values.Mapping(node, Keys);
        var file = mapping is null ? node as YamlScalar : mapping.Get("file");
        if (mapping is not null)
        {
            _values.Require(file, mapping, Keys.Subject, "file");
        }

        var (path, hash) = Text(file);
        return new Agreement(path, hash, Sides(mapping?.Entry("sides")?.Value));
    }

    private (string Path, string Hash) Text(YamlNode? node)
    {
        if (project.FileInside(node, "agreement") is not var (path, bytes))
        {
            return ("", "");
        }

        if (bytes.Length > Agreement.MostKiB * 1024)
        {
            project.Bag.Add(AgreementDiagnostics.TooLarge(node!.Location, path, bytes.Length));
        }
        else if (IsBlank(bytes.Span))
        {
            project.Bag.Add(AgreementDiagnostics.Empty(node!.Location, path));
        }

        return (path, Agreement.HashOf(bytes.Span));
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private ImmutableArray<string> Sides(YamlNode? node)
    {
        if (node is null)
        {
            return Agreement.UsualSides;
        }

        // What is no list has been told of by now.
        var items = _values.Items(node, "agreement.sides");
        if (node is YamlSequence && items.Length is < Agreement.LeastSides or > Agreement.MostSides)
        {
            project.Bag.Add(AgreementDiagnostics.WrongNumberOfSides(node.Location, items.Length));
            return [];
        }

        var sides = ImmutableArray.CreateBuilder<string>();
        foreach (var item in items)
        {
            if (_values.NonEmpty(item, "an entry of agreement.sides") is not { } side)
            {
                continue;
            }

            if (!AccountRules.IsName(side))
            {
                project.Bag.Add(ValueDiagnostics.BadName(item.Location, "the name of a team", side, AccountRules.NameRule));
            }
            else if (sides.Contains(side))
            {
                project.Bag.Add(AgreementDiagnostics.SideTwice(item.Location, side));
            }
            else
            {
                sides.Add(side);
            }
        }

        return sides.ToImmutable();
    }
}
