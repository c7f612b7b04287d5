// A release before an environment: what it would be there, its deploy request, and who says yes to it.
import { approval, changesIn, type Changes } from "../api/client";
import type { ApprovalAnswer } from "../api/types";
import { button, el } from "../dom";
import { confirmationSection } from "../parts/confirmation";
import { gateList, hash, moment, table, trail } from "../parts/marks";
import { requestSection } from "../parts/request";
import { may } from "../pure/rights";
import { nextChange } from "../pure/state";
import type { Desk, View } from "./view";

export async function approvalPage(desk: Desk, application: string, environment: string, release: string | null): Promise<View> {
  const now = await approval(application, environment, release);
  const changes = changesIn(application, desk.session);
  const rights = {
    request: may(desk.session.who, "developer", application, environment),
    operate: may(desk.session.who, "operator", application, environment),
  };
  return {
    title: `${now.release} for ${now.environment}`,
    content: [
      trail(application),
      coveredSection(now),
      requestSection(desk, changes, now, rights),
      confirmationSection(desk, changes, now, application),
      el("section", {}, el("h2", {}, "Gates"), gateList(now.gates), rights.operate ? promoteButton(desk, changes, now) : null),
    ],
    until: nextChange(now.gates),
  };
}

const coveredSection = (now: ApprovalAnswer): HTMLElement => el("section", {},
  el("h2", {}, "What it is"),
  el("dl", {},
    el("dt", {}, "Release"), el("dd", {}, el("strong", {}, now.release), ", made ", moment(now.createdAt)),
    el("dt", {}, "Commit"), el("dd", {}, hash(now.commit), " ", now.subject),
    el("dt", {}, "Environment"), el("dd", {}, now.environment),
    now.confirmation ? [el("dt", {}, "A yes covers"), el("dd", {}, hash(now.confirmation.covers), " (this release in this environment, its services, the secrets given to it, and the request below)")] : null),
  el("details", { id: "images" }, el("summary", {}, "Images by digest"), table("Images", ["Service", "Digest"], Object.entries(now.images).map(([service, digest]) => [service, el("code", {}, digest)]))));

function promoteButton(desk: Desk, changes: Changes, now: ApprovalAnswer): HTMLElement {
  const made = button("promote", `Bring ${now.release} into ${now.environment}`, () =>
    desk.act(made, async () => (await changes.promote(now.environment, now.release)).text));
  return el("p", {}, made, el("span", { class: "quiet" }, " It enters as soon as the gates hold."));
}
