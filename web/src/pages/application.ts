// One application: its ladder, its deploy requests, its releases.
import { releases, requests, status } from "../api/client";
import type { EnvironmentAnswer, ReleaseAnswer, RequestAnswer } from "../api/types";
import { el, type Child } from "../dom";
import { gateList, hash, mark, moment, table, trail } from "../parts/marks";
import { approvalPath } from "../pure/routes";
import { nextChange, stateOf, toneOfRequest } from "../pure/state";
import { count } from "../pure/words";
import type { View } from "./view";

const releasesShown = 20;

export async function applicationPage(application: string): Promise<View> {
  const [now, asked, made] = await Promise.all([status(application), requests(application), releases(application, releasesShown)]);
  const times = now.environments.map((environment) => nextChange(environment.gates)).filter((at) => at !== null);
  const names = now.environments.map((environment) => environment.name);
  return {
    title: application,
    content: [
      trail(application),
      el("section", {}, el("h2", {}, "Ladder"), el("ol", { class: "ladder" }, now.environments.map((environment) => rung(application, environment)))),
      el("section", {}, el("h2", {}, "Deploy requests"), requestTable(application, asked)),
      el("section", {}, el("h2", {}, "Releases"), releaseTable(application, made.items, names)),
    ],
    until: times.length > 0 ? Math.min(...times) : null,
  };
}

function rung(application: string, environment: EnvironmentAnswer): HTMLElement {
  const state = stateOf(environment);
  return el("li", { class: state.tone },
    el("h3", {}, el("a", { href: approvalPath(application, environment.name, environment.next ?? environment.release) }, environment.name)),
    el("p", {}, mark(state.word, state.tone), state.detail ? ` ${state.detail}` : null),
    el("p", {}, environment.release ? ["runs ", el("strong", {}, environment.release)] : "nothing runs here"),
    environment.next ? [el("p", {}, "next: ", environment.next), gateList(environment.gates)] : null);
}

/** Those under way first, since they are what waits for somebody. */
function requestTable(application: string, all: readonly RequestAnswer[]): HTMLElement {
  if (all.length === 0) return el("p", { class: "quiet" }, "Nobody has handed one in. Choose an environment of a release below.");
  const isOver = (request: RequestAnswer): boolean => request.state === "done" || request.state === "refused";
  const sorted = [...all.filter((request) => !isOver(request)), ...all.filter(isOver)];
  return table("Deploy requests", ["Release", "For", "State", "By", "Lacks"], sorted.map((request): Child[] => [
    el("a", { href: approvalPath(application, request.environment, request.release) }, request.release),
    request.environment,
    mark(request.state, toneOfRequest[request.state]),
    [request.actor, el("div", { class: "quiet" }, moment(request.at))],
    request.refusal ? [request.refusal.actor, ": ", request.refusal.reason] : request.missing.length > 0 ? el("ul", {}, request.missing.map((missing) => el("li", {}, missing))) : "nothing",
  ]));
}

function releaseTable(application: string, all: readonly ReleaseAnswer[], environments: readonly string[]): Child {
  if (all.length === 0) return el("p", { class: "quiet" }, "There is none yet.");
  return [
    table("Newest releases", ["Release", "Commit", "Made", "Has been in", "Ask for it in"], all.map((release): Child[] => [
      release.id,
      [hash(release.commit), " ", release.subject],
      moment(release.createdAt),
      release.environments.length > 0 ? release.environments.join(", ") : "nothing",
      environments.map((environment) => [el("a", { href: approvalPath(application, environment, release.id) }, environment), " "]),
    ])),
    all.length === releasesShown ? el("p", { class: "quiet" }, `The newest ${count(releasesShown, "release")}; `, el("code", {}, "towpath releases"), " lists all.") : null,
  ];
}
