using System.Reflection;
using Towpath.Cli;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Tests.Cli;

public sealed class CliDiagnosticsTests
{
    [Fact]
    public void EachFactory_HasACodeOfItsOwnAndAPage()
    {
        var made = new[] { typeof(CliDiagnostics), typeof(ApiDiagnostics) }
            .SelectMany(catalog => catalog.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Select(factory => (Diagnostic)factory.Invoke(null, [.. factory.GetParameters().Select(Example)])!)
            .ToArray();
        made.Select(diagnostic => diagnostic.Code).ShouldBeUnique();
        made.ShouldAllBe(diagnostic => diagnostic.Help != null && !diagnostic.Headline.EndsWith('.'));
        made.Select(diagnostic => diagnostic.Code).Except(DiagnosticPages.All).ShouldBeEmpty();
    }

    private static object Example(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "text",
        var type when type == typeof(int) => 1,
        var type when type == typeof(bool) => true,
        var type when type == typeof(Location) => new Location("compose.yaml", 1, 1, 1, 2),
        var type when type == typeof(Exception) => new InvalidOperationException("text"),
        _ => new[] { "text" },
    };
}
