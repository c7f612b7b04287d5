import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationPath, approvalPath, concerns, routeOf } from "../src/pure/routes";

test("addresses of all pages are read", () => {
  assert.deepEqual(routeOf("/"), { page: "applications" });
  assert.deepEqual(routeOf("/applications/"), { page: "applications" });
  assert.deepEqual(routeOf("/applications/shop"), { page: "application", application: "shop" });
  assert.deepEqual(routeOf("/applications/shop/environments/production"), { page: "approval", application: "shop", environment: "production", release: null });
  assert.deepEqual(routeOf("/applications/shop/environments/production/releases/r-1"), { page: "approval", application: "shop", environment: "production", release: "r-1" });
});

test("other addresses are no page", () => {
  for (const path of ["/other", "/applications/shop/other", "/applications/shop/environments", "/applications/s/environments/p/releases", "/applications/s/environments/p/releases/r/more", "/applications/%zz"])
    assert.deepEqual(routeOf(path), { page: "unknown" }, path);
});

test("names come back from an address as they went in", () => {
  const [application, environment, release] = ["a/b", "ä ?", "r#1"];
  assert.deepEqual(routeOf(approvalPath(application!, environment!, release!)), { page: "approval", application, environment, release });
  assert.deepEqual(routeOf(applicationPath("<script>")), { page: "application", application: "<script>" });
});

test("a fact concerns its application's pages, the list, and everything where it is of none", () => {
  const shop = routeOf("/applications/shop");
  assert.ok(concerns(shop, "shop") && concerns(shop, "") && concerns(routeOf("/"), "shop"));
  assert.ok(!concerns(shop, "other") && !concerns(routeOf("/applications/shop/environments/p"), "other"));
});
