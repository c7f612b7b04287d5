using System.Text.Json;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>What a run of the program came to.</summary>
public sealed record Outcome(string Command, int Code, string Out, string Error)
{
    /// <summary>Standard output as the JSON that <c>--output json</c> promises.</summary>
    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonDocument.Parse(Out).RootElement;
            }
            catch (JsonException e)
            {
                throw new InvalidOperationException($"not JSON: {e.Message}\n{this}", e);
            }
        }
    }

    /// <summary>Codes of the diagnostics that it told as JSON.</summary>
    public IReadOnlyList<string> JsonCodes => [.. Json.GetProperty("diagnostics").EnumerateArray().Select(d => d.GetProperty("code").GetString()!)];

    /// <summary>It ended with this code, and no stack trace reached the person.</summary>
    public Outcome ShouldEndWith(ExitCode code)
    {
        ((ExitCode)Code).ShouldBe(code, ToString());
        Error.ShouldNotContain("   at ", Case.Sensitive, ToString());
        Error.ShouldNotContain("Exception", Case.Sensitive, ToString());
        return this;
    }

    /// <summary>It told this diagnostic as an error on standard error, at this place if one is given (<c>file:line:column</c>).</summary>
    public Outcome ShouldReport(string code, string? place = null)
    {
        Error.ShouldContain($"error[{code}]", Case.Sensitive, ToString());
        if (place is not null)
        {
            Error.ShouldContain($"--> {place}", Case.Sensitive, ToString());
        }

        return this;
    }

    public override string ToString() => $"$ towpath {Command}\nexit code {Code}\n-- out --\n{Out}\n-- error --\n{Error}";
}
