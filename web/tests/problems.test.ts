import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, problemOf, problemOfError } from "../src/pure/problems";

test("a problem of the API keeps code, place, reasons and what to do", () => {
  const problem = problemOf(409, { diagnostics: [{ code: "TP4012", severity: "error", headline: "not <complete>", notes: ["missing: risk"], help: "say it", location: { file: "towpath.yaml", line: 3 } }], exitCode: 5 });
  assert.deepEqual([problem.status, problem.troubles], [409, [{ code: "TP4012", what: "not <complete>", where: "towpath.yaml:3", why: ["missing: risk"], fix: "say it" }]]);
});

test("an answer of something else is told, whatever it is", () => {
  for (const body of [null, "text", [], { diagnostics: "none" }, { diagnostics: [null, 1, {}] }]) assert.equal(problemOf(502, body).troubles[0]!.what, "the control plane answered with status 502");
});

test("without a connection that is said, and a problem stays one", () => {
  assert.deepEqual(problemOfError(new TypeError("no route")).troubles[0]!.why, ["no route"]);
  const problem = new Problem(401, []);
  assert.equal(problemOfError(problem), problem);
});
