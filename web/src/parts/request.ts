// The deploy request: what it says, what it lacks, and the forms to hand it in and to refuse it.
import type { Changes } from "../api/client";
import type { ApprovalAnswer, RequestAnswer, TemplateFieldAnswer } from "../api/types";
import { el, type Child } from "../dom";
import type { Desk } from "../pages/view";
import { toneOfRequest } from "../pure/state";
import { mark, moment } from "./marks";

export interface Rights {
  readonly request: boolean;
  readonly operate: boolean;
}

export function requestSection(desk: Desk, changes: Changes, now: ApprovalAnswer, rights: Rights): HTMLElement {
  const { request } = now;
  const isOver = request?.state === "done";
  return el("section", { id: "request" },
    el("h2", {}, "Deploy request"),
    now.needsRequest ? null : el("p", { class: "quiet" }, `${now.environment} does not ask for one.`),
    request ? standing(request) : el("p", { class: "quiet" }, "Nobody has handed one in."),
    rights.request && !isOver ? requestForm(desk, changes, now) : request && request.state !== "refused" ? said(now) : null,
    rights.operate && request && !isOver && request.state !== "refused" ? refusalForm(desk, changes, now) : null);
}

const standing = (request: RequestAnswer): Child => [
  el("p", {}, mark(request.state, toneOfRequest[request.state]), ` ${request.actor}, `, moment(request.at)),
  request.refusal ? el("p", {}, `${request.refusal.actor} refused it: ${request.refusal.reason}`) : null,
  request.missing.length > 0 ? [el("p", {}, "Still missing:"), el("ul", { class: "missing" }, request.missing.map((missing) => el("li", {}, missing)))] : null,
];

/** What it says, for those who only read it. */
const said = (now: ApprovalAnswer): HTMLElement =>
  el("dl", {}, now.template.map((field) => [el("dt", {}, field.name), el("dd", { class: "said" }, now.request?.fields[field.name] ?? "")]));

/** One that was refused is begun anew, so that what it said is no more than a proposal. */
function requestForm(desk: Desk, changes: Changes, now: ApprovalAnswer): HTMLElement {
  const { request } = now;
  const begun = request && request.state !== "refused" ? request : null;
  const inputs = now.template.map((field) => ({ field, input: el("textarea", { id: `field-${field.name}`, rows: 2, ...described(field, begun !== null) }, request?.fields[field.name] ?? "") }));
  const form = el("form", { autocomplete: "off" },
    inputs.map(({ field, input }) => el("div", { class: "field" },
      el("label", { for: input.id }, field.name),
      el("div", { class: "quiet", id: `meaning-${field.name}` }, field.meaning),
      input,
      field.missing && begun ? el("div", { class: "lack", id: `lack-${field.name}` }, `missing: ${field.meaning}`) : null)),
    el("button", { type: "submit", id: "hand-in" }, begun ? "Change the request" : "Hand in the request"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Only what was changed is sent: somebody else may have written the rest meanwhile. A new one is sent whole.
    const fields = Object.fromEntries(inputs.filter(({ field, input }) => !begun || input.value !== (begun.fields[field.name] ?? "")).map(({ field, input }) => [field.name, input.value]));
    desk.act(form, async () => {
      const answer = await changes.request(now.environment, now.release, fields);
      return answer.state === "open" ? "Stored; it does not say everything yet." : `Handed in: ${answer.state}.`;
    });
  });
  return form;
}

const described = (field: TemplateFieldAnswer, begun: boolean): Record<string, string> => field.missing && begun
  ? { "aria-invalid": "true", "aria-describedby": `meaning-${field.name} lack-${field.name}` }
  : { "aria-describedby": `meaning-${field.name}` };

function refusalForm(desk: Desk, changes: Changes, now: ApprovalAnswer): HTMLElement {
  const reason = el("input", { id: "reason", maxlength: 4000, required: true });
  const form = el("form", { autocomplete: "off", class: "refusal" },
    el("div", { class: "field" }, el("label", { for: "reason" }, "Reason to refuse it"), reason),
    el("button", { type: "submit", id: "refuse", class: "bad" }, "Refuse the request"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    desk.act(form, async () => {
      await changes.refuse(now.environment, now.release, reason.value);
      return "Refused.";
    });
  });
  return form;
}
