using System.Globalization;
using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Schema;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Compose.Printing;

/// <summary>
/// Writes a canonical model, each value as its key's <see cref="Shape"/> says: sizes in bytes, times with units, keys in order. What says
/// nothing (an empty list, a flag that is off) is left out, unless its absence would mean something else.
/// </summary>
internal sealed class ModelWriter(IModelSink sink, Dialect dialect)
{
    private static readonly Comparer<YamlEntry> ByName = Comparer<YamlEntry>.Create(static (left, right) => string.CompareOrdinal(left.Name, right.Name));

    /// <summary>Writes a node of that shape.</summary>
    public void Write(YamlNode node, Shape shape)
    {
        switch (node)
        {
            case YamlMapping mapping when shape == Shapes.Hosts:
                WriteHosts(mapping);
                break;
            case YamlMapping mapping when shape == Shapes.Keys:
                WriteKeys(mapping);
                break;
            case YamlMapping mapping:
                WriteMapping(mapping, shape.Table);
                break;
            case YamlSequence list:
                WriteList(list, shape.Item ?? Shapes.Free);
                break;
            case YamlScalar scalar:
                WriteScalar(scalar, shape);
                break;
        }
    }

    private void WriteMapping(YamlMapping mapping, Table? table)
    {
        sink.BeginMapping();
        foreach (var entry in Sorted(mapping, table))
        {
            var shape = table?.Find(entry.Name) ?? table?.Named;
            if (shape is null || IsExtension(entry, table!))
            {
                WriteExtension(entry, table);
            }
            else if (!IsLeftOut(entry.Value, shape) && !(shape.IsYamlOnly && dialect == Dialect.Json))
            {
                sink.Key(dialect == Dialect.Json ? shape.JsonName ?? entry.Name : entry.Name);
                Write(entry.Value, shape);
            }
        }

        sink.EndMapping();
    }

    // The reference implementation writes the user's own keys into JSON only at the top of the file.
    private void WriteExtension(YamlEntry entry, Table? table)
    {
        if (dialect == Dialect.Yaml || table is null || table == ComposeTables.Root.Table)
        {
            sink.Key(entry.Name);
            Write(entry.Value, Shapes.Free);
        }
    }

    private static bool IsExtension(YamlEntry entry, Table table) =>
        table.IsExtensible && entry.Name.StartsWith("x-", StringComparison.Ordinal) && table.Find(entry.Name) is null;

    private ReadOnlySpan<YamlEntry> Sorted(YamlMapping mapping, Table? table)
    {
        var entries = mapping.Entries;
        if (dialect == Dialect.Json && table is not null)
        {
            foreach (var (key, shape) in table.Always)
            {
                if (mapping.Entry(key) is null)
                {
                    entries = entries.Add(Nodes.Entry(mapping, key, shape.WhenMissing == Kinds.Mapping ? Nodes.Map(mapping) : Nodes.Null(mapping)));
                }
            }
        }

        for (var i = 1; i < entries.Length; i++)
        {
            if (string.CompareOrdinal(entries[i - 1].Name, entries[i].Name) > 0)
            {
                return entries.Sort(ByName).AsSpan();
            }
        }

        return entries.AsSpan();
    }

    private static bool IsLeftOut(YamlNode node, Shape shape) => node switch
    {
        _ when node.IsNull => shape.WhenNull == NullForm.LeftOut,
        YamlMapping mapping => mapping.Entries.Length == 0 && !shape.IsKept && shape.Table?.Named is not null,
        YamlSequence list => list.Items.Length == 0 && !shape.IsKept,
        YamlScalar scalar when shape.IsOptOut => ScalarValue.TryFlag(scalar, out var flag) && flag,
        YamlScalar scalar => !shape.IsKept && SaysNothing(scalar, shape),
        _ => false,
    };

    private static bool SaysNothing(YamlScalar scalar, Shape shape) => shape.Meaning switch
    {
        Meaning.Text => scalar.Value.Length == 0,
        Meaning.Flag => ScalarValue.TryFlag(scalar, out var flag) && !flag,
        Meaning.Whole => ScalarValue.TryWhole(scalar, out var whole) && whole == 0,
        Meaning.Fraction => ScalarValue.TryFraction(scalar, out var number) && number == 0,
        Meaning.Bytes => ScalarValue.TryBytes(scalar, out var bytes) && bytes == 0,
        Meaning.Duration => Units.TryNanoseconds(scalar.Value, out var time) && time == 0,
        Meaning.DeviceCount => ScalarValue.TryDeviceCount(scalar, out var count) && count == 0,
        _ => false,
    };

    private void WriteList(YamlSequence list, Shape item)
    {
        sink.BeginList();
        foreach (var node in list.Items)
        {
            Write(node, item);
        }

        sink.EndList();
    }

    private void WriteScalar(YamlScalar scalar, Shape shape)
    {
        var kind = PlainValue.KindOf(scalar);
        switch (shape.Meaning)
        {
            case var _ when kind == Kinds.Null:
                WriteNull(scalar, shape);
                break;
            case Meaning.Text:
                sink.Text(YamlTypes.Text(scalar));
                break;
            case Meaning.Free:
                WriteFree(scalar, kind);
                break;
            case Meaning.Flag when ScalarValue.TryFlag(scalar, out var flag):
                sink.Flag(flag);
                break;
            case Meaning.Whole when ScalarValue.TryWhole(scalar, out var whole):
                sink.Number(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case Meaning.DeviceCount when ScalarValue.TryDeviceCount(scalar, out var count):
                sink.Number(count.ToString(CultureInfo.InvariantCulture));
                break;
            case Meaning.Fraction when ScalarValue.TryFraction(scalar, out var number):
                sink.Number(GoNumber.Shortest(number));
                break;
            case Meaning.Bytes when ScalarValue.TryBytes(scalar, out var bytes):
                sink.Text(bytes.ToString(CultureInfo.InvariantCulture));
                break;
            case Meaning.Duration when Units.TryNanoseconds(scalar.Value, out var time):
                sink.Text(GoNumber.Duration(time));
                break;
            case Meaning.FileMode when ScalarValue.TryFileMode(scalar, out var mode):
                sink.Text("0" + Convert.ToString(mode, 8));
                break;
            default:
                sink.Text(scalar.Value);
                break;
        }
    }

    private void WriteNull(YamlScalar scalar, Shape shape)
    {
        switch (shape.WhenNull)
        {
            case NullForm.EmptyText:
                sink.Text("");
                break;
            case NullForm.EmptyMapping:
                WriteMapping(Nodes.Map(scalar), shape.Table);
                break;
            default:
                sink.Null();
                break;
        }
    }

    private void WriteFree(YamlScalar scalar, Kinds kind)
    {
        switch (kind)
        {
            case Kinds.Boolean:
                sink.Flag(scalar.Value[0] is 't' or 'T');
                break;
            case Kinds.Integer when YamlTypes.TryInteger(scalar.Value, out var whole):
                sink.Number(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case Kinds.Fraction when YamlTypes.TryFloat(scalar.Value, out var number) && double.IsFinite(number):
                sink.Number(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                sink.Text(scalar.Value);
                break;
        }
    }

    private void WriteHosts(YamlMapping hosts)
    {
        var lines = new List<string>();
        foreach (var host in hosts.Entries)
        {
            foreach (var address in host.Value is YamlSequence list ? list.Items : [host.Value])
            {
                lines.Add($"{host.Name}={(address as YamlScalar)?.Value}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        WriteTexts(lines);
    }

    private void WriteKeys(YamlMapping keys) =>
        WriteTexts(keys.Entries.Select(key => key.Value is YamlScalar { IsNull: false, Value.Length: > 0 } path ? $"{key.Name}={path.Value}" : key.Name));

    private void WriteTexts(IEnumerable<string> texts)
    {
        sink.BeginList();
        foreach (var text in texts)
        {
            sink.Text(text);
        }

        sink.EndList();
    }
}

/// <summary>What a model is written as.</summary>
internal enum Dialect
{
    /// <summary>The JSON of the reference implementation.</summary>
    Json,

    /// <summary>YAML that reads back as the same model.</summary>
    Yaml,
}
