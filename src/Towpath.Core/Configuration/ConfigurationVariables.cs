using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Configuration;

/// <summary>
/// <c>${NAME}</c> in values, by the rules of Compose, from the environment of the process. Other than in a commit's files, a variable without a value is an
/// error: a channel that leads nowhere would be found out when it is needed.
/// </summary>
internal sealed class ConfigurationVariables(IReadOnlyDictionary<string, string> variables, DiagnosticBag bag)
{
    /// <summary>The same tree with variables replaced.</summary>
    public YamlNode Replace(YamlNode node) => node switch
    {
        YamlScalar scalar when scalar.Value.Contains('$') => Replaced(scalar),
        YamlSequence list => list.With([.. list.Items.Select(Replace)]),
        YamlMapping map => map.With([.. map.Entries.Select(e => e.With(Replace(e.Value)))]),
        _ => node,
    };

    private YamlScalar Replaced(YamlScalar scalar)
    {
        var isTold = false;
        var expansion = new TemplateExpansion(variables, problem =>
        {
            isTold = true;
            bag.Add(problem.Kind is TemplateProblemKind.Unset or TemplateProblemKind.Required
                ? ConfigurationDiagnostics.NoVariable(scalar.Location, problem.Name)
                : ComposeDiagnostics.BadInterpolation(scalar.Location, problem.Part));
        });
        var text = expansion.Expand(scalar.Value);
        if (expansion.HasValues)
        {
            bag.Hide(scalar.Source.Path, scalar.Span.Line, scalar.Span.Column, text, scalar.Value);
        }

        return new YamlScalar(scalar.Source, scalar.Span, text, isPlain: false) { IsBroken = isTold || expansion.Failed, Template = expansion.HasValues ? scalar.Value : null };
    }
}
