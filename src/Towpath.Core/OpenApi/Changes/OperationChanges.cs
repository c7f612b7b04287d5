using System.Collections.Immutable;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>Differences of one operation: parameters, body, responses, access.</summary>
internal sealed class OperationChanges(ApiOperation old, ApiOperation now, ChangeLog log, SchemaChanges schemas)
{
    /// <summary>Compares all of it.</summary>
    public void Compare()
    {
        if (now.Deprecated && !old.Deprecated)
            log.Add("operation-deprecated", ApiEffect.Compatible, $"{now.Name} is deprecated", now.Location);
        if (old.Id is { } id && now.Id != id)
            log.Add("operation-id-changed", ApiEffect.Compatible, $"{now.Name}: its operationId was `{id}`", now.Location);
        if (old.Words != now.Words)
            log.Add("words-changed", ApiEffect.Documentation, $"{now.Name}: it is described in other words", now.Location);
        CompareParameters();
        CompareBody();
        CompareResponses();
        CompareSecurity();
    }

    private void CompareParameters()
    {
        var before = Keyed(old);
        var after = Keyed(now);
        foreach (var (key, parameter) in after)
        {
            var what = $"{now.Name}: the {parameter.Place} parameter `{parameter.Name}`";
            if (before.TryGetValue(key, out var earlier))
                CompareParameter(earlier, parameter, what);
            else if (before.FirstOrDefault(b => b.Value.Name == parameter.Name && !after.ContainsKey(b.Key)).Value is { } moved)
                log.Add("request-parameter-moved", ApiEffect.RequestTakesLess, $"{what} was in the {moved.Place}", parameter.Location);
            else if (parameter.Required)
                log.Add("request-parameter-added-required", ApiEffect.RequestNeedsMore, $"{what} is new and required", parameter.Location);
            else
                log.Add("request-parameter-added", ApiEffect.Compatible, $"{what} is new", parameter.Location);
        }

        foreach (var gone in before.Where(b => !after.ContainsKey(b.Key)).Select(b => b.Value).Where(g => !after.Values.Any(a => a.Name == g.Name)))
            log.Removed("request-parameter-removed", ApiEffect.RequestTakesLess, $"{now.Name}: the {gone.Place} parameter `{gone.Name}` was removed", gone.Location);
    }

    private void CompareParameter(ApiParameter earlier, ApiParameter parameter, string what)
    {
        if (parameter.Required && !earlier.Required)
            log.Add("request-parameter-became-required", ApiEffect.RequestNeedsMore, $"{what} is required now", parameter.Location);
        if (!parameter.Required && earlier.Required)
            log.Add("request-parameter-became-optional", ApiEffect.Compatible, $"{what} is optional now", parameter.Location);
        schemas.Compare(earlier.Schema, parameter.Schema, new ChangePlace(Side.Request, what, ""));
    }

    /// <summary>Parameters of a path by their number, since their names are nobody's business; others by name.</summary>
    private static Dictionary<(string, string), ApiParameter> Keyed(ApiOperation operation)
    {
        var order = ApiRules.ParametersOf(operation.Path);
        return operation.Parameters
            .DistinctBy(p => (p.Place, p.Name))
            .GroupBy(p => (p.Place, p.Place == "path" ? $"#{order.IndexOf(p.Name)}" : p.Name))
            .ToDictionary(g => g.Key, g => g.First());
    }

    private void CompareBody()
    {
        var what = $"{now.Name}: the request's body";
        if (old.Body is { } gone && now.Body is null)
            log.Removed("request-body-removed", ApiEffect.RequestTakesLess, $"{what} was removed", gone.Location);
        if (now.Body is not { } body)
            return;

        if (body.Required && old.Body is not { Required: true })
        {
            log.Add(old.Body is null ? "request-body-added-required" : "request-body-became-required", ApiEffect.RequestNeedsMore, $"{what} is required now", body.Location);
        }
        else if (old.Body is null || (old.Body.Required && !body.Required))
        {
            log.Add(old.Body is null ? "request-body-added" : "request-body-became-optional", ApiEffect.Compatible, $"{what} is optional now", body.Location);
        }

        if (old.Body is { } before)
            CompareContent(before.Content, body.Content, before.Location, body.Location, new ChangePlace(Side.Request, what, ""));
    }

    private void CompareResponses()
    {
        foreach (var (status, response) in now.Responses)
        {
            var what = $"{now.Name}: the answer {status}";
            if (!old.Responses.TryGetValue(status, out var before))
            {
                log.Add("response-status-added", ApiEffect.Compatible, $"{what} is new", response.Location);
                continue;
            }

            CompareContent(before.Content, response.Content, before.Location, response.Location, new ChangePlace(Side.Response, what, ""));
            foreach (var (name, schema) in response.Headers.Where(h => before.Headers.ContainsKey(h.Key)))
                schemas.Compare(before.Headers[name], schema, new ChangePlace(Side.Response, $"{what}: the header {name}", ""));
            foreach (var gone in before.Headers.Where(h => !response.Headers.ContainsKey(h.Key)))
                log.Removed("response-header-removed", ApiEffect.ResponseSaysLess, $"{what} has no header {gone.Key} any more", gone.Value.Location);
        }

        foreach (var (status, gone) in old.Responses.Where(r => !now.Responses.ContainsKey(r.Key)))
        {
            // A wider status may cover it; an error that is not answered any more hurts nobody.
            if (status[0] == '2' && now.ResponseFor(status) is { } covering && status != "2XX")
                CompareContent(gone.Content, covering.Content, gone.Location, covering.Location, new ChangePlace(Side.Response, $"{now.Name}: the answer {status}", ""));
            else
                log.Removed("response-status-removed", status[0] == '2' ? ApiEffect.ResponseSaysLess : ApiEffect.Compatible, $"{now.Name}: the answer {status} was removed", gone.Location);
        }
    }

    private void CompareContent(
        ImmutableSortedDictionary<string, ApiSchema> before, ImmutableSortedDictionary<string, ApiSchema> after, Diagnostics.Location oldPlace, Diagnostics.Location place, ChangePlace at)
    {
        foreach (var (type, schema) in after)
        {
            if (before.TryGetValue(type, out var earlier))
                schemas.Compare(earlier, schema, at);
            else
                log.Add($"{at.Prefix}-media-type-added", ApiEffect.Compatible, $"{at.What} can be {type}", place);
        }

        foreach (var type in before.Keys.Where(t => !after.ContainsKey(t)))
        {
            var effect = at.Side == Side.Request ? ApiEffect.RequestTakesLess : ApiEffect.ResponseSaysLess;
            log.Removed($"{at.Prefix}-media-type-removed", effect, $"{at.What} is not {type} any more", oldPlace);
        }
    }

    /// <summary>Whoever was let in before must find an alternative that asks for no more.</summary>
    private void CompareSecurity()
    {
        IEnumerable<ImmutableSortedSet<string>> before = old.Security.IsEmpty ? [[]] : old.Security;
        IEnumerable<ImmutableSortedSet<string>> after = now.Security.IsEmpty ? [[]] : now.Security;
        foreach (var had in before.Where(b => !after.Any(a => a.IsSubsetOf(b))))
        {
            var text = had.IsEmpty ? "asks for credentials now" : $"does not let in with {string.Join(" and ", had)} any more";
            log.Add(had.IsEmpty ? "security-added" : "security-changed", ApiEffect.AccessCloses, $"{now.Name} {text}", now.Location);
        }

        if (!old.IsOpen && now.IsOpen)
            log.Add("security-removed", ApiEffect.Compatible, $"{now.Name} asks for no credentials any more", now.Location);
    }
}
