import assert from "node:assert/strict";
import { test } from "node:test";
import type { EnvironmentAnswer } from "../src/api/types";
import { gatesOf, nextChange, stateOf } from "../src/pure/state";

const running: EnvironmentAnswer = {
  name: "production", release: "r-1", deployment: "d-1", phase: "Succeeded", gates: [], services: [{ name: "api", revision: "a", desired: 2, running: 2, image: "sha256:1" }],
};

test("an environment is told in one word", () => {
  const words = (change: Partial<EnvironmentAnswer>): string => stateOf({ ...running, ...change }).word;
  assert.equal(words({}), "runs");
  assert.equal(words({ phase: "Rolling" }), "deploying");
  assert.equal(words({ phase: "RollingBack" }), "rolling back");
  assert.equal(words({ phase: "Frozen" }), "frozen");
  assert.equal(words({ release: null, phase: null }), "empty");
  assert.equal(words({ release: null, phase: "Failed" }), "failed");
  assert.equal(words({ drift: ["a replica was stopped"] }), "changed");
  assert.equal(words({ services: [{ ...running.services[0]!, running: 1 }] }), "incomplete");
  assert.equal(words({ phase: "Rolling", standsStill: [{ what: "everything", actor: "ann", since: "2026-03-02T10:00:00Z" }] }), "stands still");
});

test("a failure that changed nothing is told beside what runs", () => {
  assert.deepEqual(stateOf({ ...running, phase: "Failed" }), { word: "runs", tone: "good", detail: "d-1 failed; what ran before goes on" });
});

test("closed gates are told, open ones counted, and the next one that opens by itself is known", () => {
  const gates = [{ name: "soak", holds: false, evidence: "", holdsAt: "2026-03-02T11:00:00Z" }, { name: "window", holds: false, evidence: "", holdsAt: "2026-03-02T10:00:00Z" }, { name: "request", holds: true, evidence: "" }];
  assert.deepEqual([gatesOf(gates).closed.map((gate) => gate.name), gatesOf(gates).open], [["soak", "window"], 1]);
  assert.equal(nextChange(gates), Date.parse("2026-03-02T10:00:00Z"));
  assert.equal(nextChange(gates.slice(2)), null);
});
