// What came of the last thing that somebody did.
import { el } from "../dom";
import type { Problem, Trouble } from "../pure/problems";

/** Something was done. */
export const done = (text: string): HTMLElement => el("p", { class: "notice good", role: "status" }, text);

/** Something was not: what, why and what to do, as the API says it. */
export const failed = (problem: Problem): HTMLElement => el("div", { class: "notice bad", role: "alert" }, problem.troubles.map(trouble));

const trouble = ({ code, what, where, why, fix }: Trouble): HTMLElement => el("div", { class: "trouble" },
  el("p", {}, code ? el("code", { class: "code" }, code) : null, code ? " " : null, el("strong", {}, what), where ? ` (${where})` : null),
  why.length > 0 ? el("ul", { "aria-label": "Why" }, why.map((reason) => el("li", {}, reason))) : null,
  fix ? el("p", { class: "fix" }, "What to do: ", fix) : null);
