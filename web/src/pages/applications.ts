// What runs where: all environments of all applications.
import { applications, status } from "../api/client";
import type { EnvironmentAnswer } from "../api/types";
import { el, type Child } from "../dom";
import { gateList, hash, mark, moment, table } from "../parts/marks";
import { failed } from "../parts/notice";
import { notLoggedIn, problemOfError, type Problem } from "../pure/problems";
import { applicationPath, approvalPath } from "../pure/routes";
import { nextChange, stateOf } from "../pure/state";
import type { View } from "./view";

const heads = ["Environment", "State", "Runs", "Services", "Comes next", "Gates for that"];

export async function applicationsPage(): Promise<View> {
  const all = await Promise.all((await applications()).map(look));
  const times = all.flatMap((one) => one.environments).map((environment) => nextChange(environment.gates)).filter((at) => at !== null);
  return {
    title: "What runs where",
    content: all.length === 0
      ? el("p", {}, "There is no application that you may see. ", el("code", {}, "towpath ship"), " brings the first commit of one.")
      : all.map((one) => el("section", {}, el("h2", {}, el("a", { href: applicationPath(one.application) }, one.application)), one.problem ? failed(one.problem) : environmentTable(one.application, one.environments))),
    until: times.length > 0 ? Math.min(...times) : null,
  };
}

interface Seen {
  readonly application: string;
  readonly environments: readonly EnvironmentAnswer[];
  readonly problem: Problem | null;
}

/** Looks at an application. One that can't be looked at does not hide the others. */
async function look(application: string): Promise<Seen> {
  try {
    return { application, environments: (await status(application)).environments, problem: null };
  } catch (error) {
    const problem = problemOfError(error);
    if (problem.status === notLoggedIn) throw problem;
    return { application, environments: [], problem };
  }
}

const environmentTable = (application: string, environments: readonly EnvironmentAnswer[]): HTMLElement =>
  table(`Environments of ${application}`, heads, environments.map((environment) => row(application, environment)));

function row(application: string, environment: EnvironmentAnswer): Child[] {
  const state = stateOf(environment);
  return [
    el("a", { href: approvalPath(application, environment.name, environment.next ?? environment.release) }, environment.name),
    [mark(state.word, state.tone), state.detail ? el("div", { class: "quiet" }, state.detail) : null],
    environment.release
      ? [environment.url ? el("a", { href: environment.url, rel: "noreferrer" }, environment.release) : environment.release, environment.commit ? [" ", hash(environment.commit)] : null,
        environment.since ? el("div", { class: "quiet" }, "since ", moment(environment.since)) : null]
      : "nothing",
    environment.services.map((service) => el("div", {}, `${service.name} ${service.running}/${service.desired}`)),
    environment.next ? el("a", { href: approvalPath(application, environment.name, environment.next) }, environment.next) : "nothing",
    environment.next ? gateList(environment.gates) : "",
  ];
}
