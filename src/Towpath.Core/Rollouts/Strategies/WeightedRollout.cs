using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts.Strategies;

/// <summary>
/// Shares of the requests: canary in steps, each judged; blue-green as a canary without steps, asked on the private route before its only
/// switch. New replicas stand by with weight 0 until the step that wants them is open; old ones keep the rest of the requests until the whole
/// is with the new ones, and only then leave.
/// </summary>
internal sealed class WeightedRollout
{
    private readonly RolloutScene _scene;
    private readonly ImmutableArray<int> _steps;
    private readonly bool _byHand;
    private readonly List<ObservedReplica> _old;
    private readonly List<Effect> _effects = [];
    private WeightedProgress _progress;

    private WeightedRollout(RolloutScene scene)
    {
        var spec = scene.Service.Rollout;
        _scene = scene;
        _steps = Steps(scene.Plan, scene.Service);
        _byHand = spec.ByHand && !scene.Plan.Returns;
        _old = [.. scene.Stale.Where(RolloutScene.IsKnown)];
        _progress = scene.State.Weighted.GetValueOrDefault(Service.Name) ?? WeightedProgress.At(0, isOpen: false, given: 0);
    }

    /// <summary>Replicas of another revision have a share: without any there is nothing to weigh against.</summary>
    public static bool HasSomethingToWeigh(RolloutScene scene) =>
        scene is { Side: Side.Target, Service.Replicas: > 0 } && scene.Plan.Weighs(scene.Service)
        && scene.Stale.Exists(r => r.Revision != scene.Service.Revision && RolloutScene.IsKnown(r));

    public static RolloutStep Next(RolloutScene scene) => new WeightedRollout(scene).Next();

    /// <summary>A person lets a rollout that has begun go on: the step that waits is opened, one that is judged is passed; or all steps are.</summary>
    public static WeightedProgress Proceed(DeploymentPlan plan, ServiceDesired service, WeightedProgress progress, bool whole)
    {
        var steps = Steps(plan, service);
        var next = whole ? steps.Length : progress.IsOpen ? Math.Min(progress.Step + 1, steps.Length) : progress.Step;
        if (next == progress.Step) return progress with { IsOpen = true };
        return WeightedProgress.At(next, isOpen: true, progress.Since is null ? progress.Given : Percent(steps, progress.Step));
    }

    /// <summary>What was good here before comes back as a whole; blue-green has no steps at all.</summary>
    private static ImmutableArray<int> Steps(DeploymentPlan plan, ServiceDesired service) =>
        service.Strategy == RolloutStrategy.Canary && !plan.Returns ? service.Rollout.Steps : [];

    private static int Percent(ImmutableArray<int> steps, int step) => step >= steps.Length ? 100 : steps[step];

    private ServiceDesired Service => _scene.Service;

    private bool IsWhole => _progress.Step >= _steps.Length;

    private RolloutStep Next()
    {
        var needed = Needed();
        // One whose admission has no answer yet may be admitted once more, and stand by again: it is no help before that.
        var prepared = Enumerable.Range(0, needed).All(o => _scene.Current.Exists(r => r.Ordinal == o && RolloutScene.IsUp(r) && !_scene.IsBusy(r)));
        _effects.AddRange(_scene.Starts(needed, needed));
        _effects.AddRange(Admissions());
        if (prepared && !_progress.IsOpen) Open();
        var reached = Share(prepared);
        int? passed = null;
        if (_progress is { Since: { } since, Baseline: { } baseline } && !IsWhole)
        {
            var seen = Seen(baseline);
            var verdict = _scene.IsCounted
                ? CanaryAnalysis.Judge(Service.Rollout, seen, _scene.Now - since)
                : CanaryAnalysis.JudgeUncounted(Service.Rollout, prepared && _scene.Current.TrueForAll(r => r.Ready), _scene.Now - since);
            if (Failure(verdict, seen) is { } failure) return RolloutStep.Failed(failure);
            if (verdict == StepVerdict.Passed)
            {
                passed = Percent(_steps, _progress.Step);
                _progress = WeightedProgress.At(_progress.Step + 1, isOpen: false, passed.Value);
            }
        }
        _effects.AddRange(Goings(prepared));
        return RolloutStep.Do(_scene.State, _effects) with
        {
            Progress = _progress == _scene.State.Weighted.GetValueOrDefault(Service.Name) ? null : _progress,
            Reached = reached,
            Passed = passed,
        };
    }

    /// <summary>New replicas that the step wants: enough for its share, and in place of old ones that are missing.</summary>
    private int Needed()
    {
        if (IsWhole) return Service.Replicas;
        var forShare = ((Service.Replicas * _steps[_progress.Step]) + 99) / 100;
        return Math.Clamp(Math.Max(forShare, Service.Replicas - _old.Count(RolloutScene.IsUp)), 1, Service.Replicas);
    }

    /// <summary>New replicas stand by first; one that the gateway finds down keeps the weight that it has.</summary>
    private IEnumerable<Effect> Admissions() => _scene.Current
        .Where(r => r is { Process: ReplicaProcess.Running, Ready: true, Traffic: not (ReplicaTraffic.Serving or ReplicaTraffic.Standby) })
        .Select(r => new AdmitReplica(_scene.Side, Service.Name, r.Container, r.Traffic == ReplicaTraffic.Joining ? r.Weight : 0));

    /// <summary>The replicas of the step stand by: by hand a person opens it; else it opens once they have answered on the private route.</summary>
    private void Open()
    {
        var questions = Service.Strategy != RolloutStrategy.BlueGreen ? [] : _scene.Desired.Environment.Verify
            .Where(p => _scene.Desired.RoutedTo(p.Path)?.Name == Service.Name)
            .Select(p => new VerifyPrivately(Service.Name, p.Name))
            .Where(q => !_scene.State.Done.Contains(q.Key)).ToList();
        if (questions.Count > 0) _effects.AddRange(questions);
        else if (!_byHand) _progress = _progress with { IsOpen = true };
    }

    /// <summary>Sees to the weights of the share that is due; its percent, once, when the gateway has them.</summary>
    private int? Share(bool prepared)
    {
        // A share that was given stays, whoever dies: the others of its side take it over, and the weights follow.
        var isGiven = _progress.Since is not null || (_progress.IsOpen && prepared);
        var percent = isGiven ? Percent(_steps, _progress.Step) : _progress.Given;
        var fresh = _scene.Current.Where(RolloutScene.IsKnown).ToList();
        var (newWeight, oldWeight) = ShareWeights.Of(percent, Carriers(fresh), Carriers(_old));
        if (fresh.TrueForAll(r => r.Weight == newWeight) && _old.TrueForAll(r => r.Weight == oldWeight))
        {
            if (!isGiven || _progress.Baseline is not null) return null;
            var isNews = _progress.Since is null;
            _progress = _progress with { Since = _scene.Now, Baseline = Counters(_scene.Current) };
            return isNews ? percent : null;
        }
        // What an earlier rollout left behind keeps its requests until others can carry them.
        if (!isGiven && newWeight == 0 && _old.Count(RolloutScene.IsUp) < Service.Replicas) return null;
        _effects.Add(new SetShare(Service.Name, percent, fresh.Select(r => (r.Container, Weight: newWeight)).Concat(_old.Select(r => (r.Container, Weight: oldWeight)))
            .ToImmutableSortedDictionary(w => w.Container, w => w.Weight, StringComparer.Ordinal)));
        return null;
    }

    /// <summary>Those that are up carry the share; where none is, all that the gateway knows will when they come up.</summary>
    private static int Carriers(List<ObservedReplica> known) => known.Count(RolloutScene.IsUp) is > 0 and var up ? up : known.Count;

    private RequestCounters Seen(ImmutableSortedDictionary<string, RequestCounters> baseline) => Counters(_scene.Current)
        .Aggregate(default(RequestCounters), (sum, now) => sum + now.Value.Since(baseline.GetValueOrDefault(now.Key)));

    private static ImmutableSortedDictionary<string, RequestCounters> Counters(IEnumerable<ObservedReplica> replicas) =>
        replicas.Where(r => r.Counters is not null).ToImmutableSortedDictionary(r => r.Container, r => r.Counters!.Value, StringComparer.Ordinal);

    private Diagnostic? Failure(StepVerdict verdict, RequestCounters seen) => verdict switch
    {
        StepVerdict.Aborted => CanaryDiagnostics.Aborted(_scene.Desired, Service, Percent(_steps, _progress.Step), seen),
        StepVerdict.Failed => CanaryDiagnostics.Failed(_scene.Desired, Service, Percent(_steps, _progress.Step), seen),
        StepVerdict.Starved => CanaryDiagnostics.Starved(_scene.Desired, Service, Percent(_steps, _progress.Step), seen),
        _ => null,
    };

    /// <summary>
    /// Old ones go once all requests are with the new ones, and all of these are up; before that only what an earlier rollout left behind,
    /// where the release before does not need it.
    /// </summary>
    private IEnumerable<Effect> Goings(bool prepared)
    {
        if (IsWhole && _progress.Since is not null && prepared && _scene.Current.TrueForAll(_scene.IsSettled))
            return _scene.Stale.Where(r => !_scene.IsAtRest(r)).Select(_scene.Leave);
        // To be up is not enough: those that stand by take no requests before they are given their share.
        var good = _old.Count(r => _scene.IsOfTheReleaseBefore(r) && RolloutScene.IsUp(r) && r.Weight > 0);
        return _scene.Stale.Where(r => !_scene.IsAtRest(r) && !_scene.IsOfTheReleaseBefore(r) && (!RolloutScene.IsKnown(r) || good >= Service.Replicas)).Select(_scene.Leave);
    }
}
