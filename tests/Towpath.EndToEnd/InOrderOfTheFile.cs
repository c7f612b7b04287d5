using Xunit.Sdk;
using Xunit.v3;

namespace Towpath.EndToEnd;

/// <summary>Runs the tests of a class as they stand in the file: the chapters of one story.</summary>
public sealed class InOrderOfTheFile : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => [.. testCases.OrderBy(test => test.SourceLineNumber)];
}
