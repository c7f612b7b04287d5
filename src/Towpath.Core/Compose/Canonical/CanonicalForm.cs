using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 10: short syntaxes become long ones. Values stay as they were written; what each stands for, its key's <see cref="Schema.Shape"/> says.</summary>
internal static class CanonicalForm
{
    /// <summary>The same model in canonical form; what can't be read is told and left out.</summary>
    /// <param name="model">Checked by the schema; what that told of is passed over in silence here.</param>
    /// <param name="bag">Where problems go.</param>
    /// <param name="isInterpolated">Variables were replaced; otherwise a short syntax with <c>$</c> that can't be read stays as it is.</param>
    public static YamlMapping Apply(YamlMapping model, DiagnosticBag bag, bool isInterpolated)
    {
        var services = new ServiceForm(bag, isInterpolated);
        return model.ReplaceAll(entry => (entry.Name, entry.Value) switch
        {
            ("services", YamlMapping all) => all.ReplaceAll(service => service.Value is YamlMapping one ? services.Apply(one) : service.Value),
            ("networks" or "volumes" or "secrets" or "configs", YamlMapping all) =>
                all.ReplaceAll(resource => resource.Value is YamlMapping one ? ResourceForm.Apply(one, resource.Key, bag) : resource.Value),
            _ => entry.Value,
        });
    }
}
