import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConfirmationAnswer, Role, WhoAnswer } from "../src/api/types";
import { may, rolesToConfirm } from "../src/pure/rights";

const who = (role: Role, application: string, environment: string, teams: string[] = []): WhoAnswer => ({ account: "ben", kind: "person", teams, grants: [{ role, application, environment }] });
const asked: ConfirmationAnswer = { covers: "00", roles: ["dev", "ops"], missing: ["dev", "ops"], distinct: true, confirmations: [] };

test("a role holds where it was granted, and higher ones hold for it", () => {
  assert.ok(may(who("developer", "shop", "production"), "developer", "shop", "production"));
  assert.ok(may(who("administrator", "*", "*"), "operator", "shop", "production"));
  assert.ok(!may(who("viewer", "*", "*"), "developer", "shop", "production"));
  assert.ok(!may(who("operator", "shop", "staging"), "developer", "shop", "production"));
  assert.ok(!may(who("operator", "other", "*"), "developer", "shop", "production"));
});

test("one confirms in the roles of one's teams that are missing", () => {
  assert.deepEqual(rolesToConfirm(who("developer", "*", "*", ["dev", "qa"]), asked, "shop", "production"), ["dev"]);
  assert.deepEqual(rolesToConfirm(who("developer", "*", "*", ["dev", "ops"]), { ...asked, missing: ["ops"] }, "shop", "production"), ["ops"]);
  assert.deepEqual(rolesToConfirm(who("viewer", "*", "*", ["dev", "ops"]), asked, "shop", "production"), []);
});
