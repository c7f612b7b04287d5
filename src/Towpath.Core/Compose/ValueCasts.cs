using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>What a text becomes.</summary>
internal enum ValueCast
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>A whole number, decimal.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A boolean, also in the words of YAML 1.1.</summary>
    Boolean,
}

/// <summary>
/// Where in a Compose file a text becomes a number or a boolean, so that a variable can stand there. Values that are numbers or
/// booleans already are left to the schema.
/// </summary>
internal static class ValueCasts
{
    /// <summary>The places.</summary>
    public static PathTable<ValueCast> Places { get; } = new PathTable<ValueCast>()
        .Add(ValueCast.Integer, """
            services.*.cpu_count services.*.cpu_period services.*.cpu_quota services.*.cpu_rt_period services.*.cpu_rt_runtime services.*.cpu_shares
            services.*.deploy.replicas services.*.deploy.update_config.parallelism services.*.deploy.rollback_config.parallelism
            services.*.deploy.restart_policy.max_attempts services.*.deploy.placement.max_replicas_per_node services.*.healthcheck.retries
            services.*.oom_score_adj services.*.pids_limit services.*.ports.[].target services.*.scale
            services.*.ulimits.* services.*.ulimits.*.hard services.*.ulimits.*.soft
            """)
        .Add(ValueCast.Number, """
            services.*.cpu_percent services.*.cpus
            services.*.deploy.update_config.max_failure_ratio services.*.deploy.rollback_config.max_failure_ratio
            """)
        .Add(ValueCast.Boolean, """
            services.*.init services.*.depends_on.*.required services.*.depends_on.*.restart services.*.healthcheck.disable
            services.*.oom_kill_disable services.*.privileged services.*.read_only services.*.stdin_open services.*.tty
            services.*.volumes.[].read_only services.*.volumes.[].volume.nocopy
            networks.*.external networks.*.internal networks.*.attachable volumes.*.external secrets.*.external configs.*.external
            """);

    /// <summary>The value as it is at its place; a broken one after an error was told.</summary>
    /// <param name="scalar">The value.</param>
    /// <param name="cast">What a text becomes there.</param>
    /// <param name="key">Its key, for messages.</param>
    /// <param name="bag">Receives the error.</param>
    public static YamlScalar Apply(YamlScalar scalar, ValueCast cast, string key, DiagnosticBag bag)
    {
        if (cast == ValueCast.None || scalar.IsBroken || scalar.Type != YamlType.Text)
        {
            return scalar;
        }

        var (text, expected) = cast switch
        {
            ValueCast.Integer => (Integer(scalar.Value), "a whole number"),
            ValueCast.Number => (YamlTypes.TryFloat(scalar.Value, out _) ? scalar.Value : null, "a number"),
            _ => (Boolean(scalar.Value), "a boolean"),
        };
        if (text is null)
        {
            bag.Add(ComposeDiagnostics.BadCast(scalar.Location, key, expected, scalar.Shown));
        }

        return new YamlScalar(scalar.Source, scalar.Span, text ?? "", isPlain: text is not null) { IsBroken = text is null, Template = scalar.Template, Mark = scalar.Mark };
    }

    // Written anew, because a leading zero would make it octal where it is read as YAML.
    private static string? Integer(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : null;

    private static string? Boolean(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "y" or "on" => "true",
        "false" or "no" or "n" or "off" => "false",
        _ => null,
    };
}
