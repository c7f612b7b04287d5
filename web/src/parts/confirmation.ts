// Who has said yes, whose yes is missing, and a button for each role in which the reader may say it.
import type { Changes } from "../api/client";
import type { ApprovalAnswer, ConfirmationAnswer } from "../api/types";
import { button, el, type Child } from "../dom";
import type { Desk } from "../pages/view";
import { rolesToConfirm } from "../pure/rights";
import { hash, mark, moment, table } from "./marks";

export function confirmationSection(desk: Desk, changes: Changes, now: ApprovalAnswer, application: string): HTMLElement {
  const { confirmation } = now;
  return el("section", { id: "confirmation" },
    el("h2", {}, "Confirmation"),
    confirmation ? [roles(confirmation), given(confirmation), buttons(desk, changes, now, confirmation, application)] : el("p", { class: "quiet" }, `${now.environment} asks for none.`));
}

const roles = (confirmation: ConfirmationAnswer): HTMLElement => el("ul", { class: "roles" },
  confirmation.roles.map((role) => el("li", {}, role, " ", confirmation.missing.includes(role) ? mark("missing", "waits") : mark("confirmed", "good"))),
  confirmation.distinct && confirmation.roles.length > 1 ? el("li", { class: "quiet" }, "from distinct people") : null);

const given = (confirmation: ConfirmationAnswer): Child => confirmation.confirmations.length === 0
  ? el("p", { class: "quiet" }, "Nobody has said yes yet.")
  : table("Who has said yes", ["Who", "As", "When", "Counts"], confirmation.confirmations.map((yes) => [yes.actor, yes.role, moment(yes.at), yes.whyNot ? `no: ${yes.whyNot}` : "yes"]));

function buttons(desk: Desk, changes: Changes, now: ApprovalAnswer, confirmation: ConfirmationAnswer, application: string): Child {
  const mine = rolesToConfirm(desk.session.who, confirmation, application, now.environment);
  if (mine.length === 0) return null;
  return el("p", { class: "actions", "data-covers": confirmation.covers },
    mine.map((role) => {
      const made = button(`confirm-${role}`, `Confirm as ${role}`, () => desk.act(made, async () =>
        // What is said yes to is what stood here: the server refuses it where that is another by now.
        (await changes.confirm(now.environment, now.release, role, confirmation.covers)).text));
      return made;
    }),
    el("span", { class: "quiet" }, ` You say yes to exactly ${now.release} in ${now.environment}, `, hash(confirmation.covers), "."));
}
