using System.Collections.Immutable;

namespace Towpath.Core.Identity;

/// <summary>What can be asked of the control plane, as far as rights tell it apart.</summary>
public enum Deed
{
    /// <summary>Ask what answers here, and which applications there are.</summary>
    LookAround,

    /// <summary>Look at an application: releases, state, gates, journal.</summary>
    Read,

    /// <summary>Read what containers wrote.</summary>
    ReadLogs,

    /// <summary>Read what the steps of a pipeline run wrote.</summary>
    ReadBuildLogs,

    /// <summary>Compare a release with what an environment is made of on its cluster.</summary>
    Compare,

    /// <summary>Look at what was announced of an application.</summary>
    ReadAnnouncements,

    /// <summary>Fetch its commits from the control plane's repository.</summary>
    Fetch,

    /// <summary>Build and test a commit.</summary>
    Ship,

    /// <summary>Cancel a pipeline run.</summary>
    CancelRun,

    /// <summary>Deliver a release for good.</summary>
    Deliver,

    /// <summary>Hand in a deploy request.</summary>
    Request,

    /// <summary>Let a blocked deploy request climb, and say what a meeting about it came to.</summary>
    Escalate,

    /// <summary>Refuse a deploy request.</summary>
    RefuseRequest,

    /// <summary>Say yes to a release.</summary>
    Confirm,

    /// <summary>Sign the agreement.</summary>
    SignAgreement,

    /// <summary>Hand in evidence of a pipeline that ran elsewhere.</summary>
    SubmitEvidence,

    /// <summary>Bring a release in.</summary>
    Promote,

    /// <summary>Bring a release in past the gates that give way to an emergency.</summary>
    PromoteInEmergency,

    /// <summary>Bring an earlier release back.</summary>
    Rollback,

    /// <summary>Reject a release for good, in every environment.</summary>
    Reject,

    /// <summary>Make a deployment stand still.</summary>
    Pause,

    /// <summary>Let it go on.</summary>
    Resume,

    /// <summary>Take it back.</summary>
    Abort,

    /// <summary>Let it take its next step now.</summary>
    Proceed,

    /// <summary>Make an environment or an application stand still.</summary>
    Halt,

    /// <summary>Let it go on.</summary>
    Unhalt,

    /// <summary>Give a secret its value.</summary>
    SetSecret,

    /// <summary>Assign a port to an environment, or take it back.</summary>
    AssignPort,

    /// <summary>See which repositories are watched, and what is wrong with them.</summary>
    SeeSources,

    /// <summary>Register keys that vouch for evidence, or take them away.</summary>
    KeepEvidenceKeys,

    /// <summary>Seal all secrets by another key.</summary>
    RotateSecretKeys,

    /// <summary>Ship a commit that changes what guards an environment.</summary>
    ChangeGuards,

    /// <summary>Make everything stand still, or let it go on.</summary>
    HaltEverything,

    /// <summary>Remove an application with its data.</summary>
    RemoveApplication,

    /// <summary>Look through the whole journal.</summary>
    Audit,

    /// <summary>Accounts, grants and tokens.</summary>
    KeepAccounts,

    /// <summary>Look at announcements of everything, replay them, try channels.</summary>
    KeepAnnouncements,

    /// <summary>Import the database of known vulnerabilities, by which gates of all applications judge.</summary>
    ImportVulnerabilities,
}

/// <summary>Where a role must be held for a deed.</summary>
public enum Reach
{
    /// <summary>In any part of the application.</summary>
    SomePart,

    /// <summary>In the environment; in all of the application where none is named.</summary>
    Environment,

    /// <summary>In all of the application.</summary>
    Application,

    /// <summary>In everything.</summary>
    Everything,
}

/// <summary>What a deed needs.</summary>
/// <param name="Deed">Which.</param>
/// <param name="Least">The least role that may.</param>
/// <param name="Reach">Where it must be held.</param>
/// <param name="Words">The deed in words, to follow "to".</param>
public sealed record DeedRule(Deed Deed, Role Least, Reach Reach, string Words);

/// <summary>Who may do what: the one table.</summary>
public static class Deeds
{
    /// <summary>All rules, one for each deed.</summary>
    public static ImmutableArray<DeedRule> All { get; } =
    [
        new(Deed.LookAround, Role.Viewer, Reach.SomePart, "look at this control plane"),
        new(Deed.Read, Role.Viewer, Reach.SomePart, "look at it"),
        new(Deed.ReadLogs, Role.Developer, Reach.Environment, "read logs"),
        new(Deed.ReadBuildLogs, Role.Developer, Reach.Application, "read what builds and tests wrote"),
        new(Deed.Compare, Role.Developer, Reach.Environment, "compare a release with what runs there"),
        new(Deed.ReadAnnouncements, Role.Developer, Reach.Application, "look at its announcements"),
        new(Deed.Fetch, Role.Viewer, Reach.Application, "fetch its commits"),
        new(Deed.Ship, Role.Developer, Reach.Application, "ship"),
        new(Deed.CancelRun, Role.Developer, Reach.Application, "cancel a run"),
        new(Deed.Deliver, Role.Developer, Reach.Environment, "deliver a release"),
        new(Deed.Request, Role.Developer, Reach.Environment, "hand in a deploy request"),
        new(Deed.Escalate, Role.Developer, Reach.Environment, "escalate a blocked request"),
        new(Deed.RefuseRequest, Role.Operator, Reach.Environment, "refuse a deploy request"),
        new(Deed.Confirm, Role.Developer, Reach.Environment, "confirm a release"),
        new(Deed.SignAgreement, Role.Developer, Reach.Application, "sign the agreement"),
        new(Deed.SubmitEvidence, Role.Developer, Reach.Application, "hand in evidence"),
        new(Deed.Promote, Role.Operator, Reach.Environment, "promote a release"),
        new(Deed.PromoteInEmergency, Role.Operator, Reach.Environment, "promote a release in an emergency"),
        new(Deed.Rollback, Role.Operator, Reach.Environment, "roll back"),
        new(Deed.Reject, Role.Operator, Reach.Application, "reject a release"),
        new(Deed.Pause, Role.Operator, Reach.Environment, "pause a deployment"),
        new(Deed.Resume, Role.Operator, Reach.Environment, "resume a deployment"),
        new(Deed.Abort, Role.Operator, Reach.Environment, "abort a deployment"),
        new(Deed.Proceed, Role.Operator, Reach.Environment, "let a rollout proceed"),
        new(Deed.Halt, Role.Operator, Reach.Environment, "halt"),
        new(Deed.Unhalt, Role.Operator, Reach.Environment, "take a halt back"),
        new(Deed.SetSecret, Role.Operator, Reach.Environment, "set a secret"),
        new(Deed.AssignPort, Role.Operator, Reach.Environment, "assign a port"),
        new(Deed.SeeSources, Role.Operator, Reach.Application, "see its sources"),
        new(Deed.KeepEvidenceKeys, Role.Operator, Reach.Application, "keep keys for evidence"),
        new(Deed.RotateSecretKeys, Role.Administrator, Reach.Everything, "rotate the keys of secrets"),
        new(Deed.ChangeGuards, Role.Operator, Reach.Environment, "ship a commit that changes the gates"),
        new(Deed.HaltEverything, Role.Administrator, Reach.Everything, "halt everything or take that back"),
        new(Deed.RemoveApplication, Role.Administrator, Reach.Application, "remove an application"),
        new(Deed.Audit, Role.Administrator, Reach.Everything, "audit the journal"),
        new(Deed.KeepAccounts, Role.Administrator, Reach.Everything, "keep accounts, grants and tokens"),
        new(Deed.KeepAnnouncements, Role.Administrator, Reach.Everything, "look at announcements of all applications, replay them, or try a channel"),
        new(Deed.ImportVulnerabilities, Role.Administrator, Reach.Everything, "import known vulnerabilities"),
    ];

    /// <summary>The rule of a deed.</summary>
    public static DeedRule RuleOf(Deed deed) => All[(int)deed];
}
