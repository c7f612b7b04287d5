// Bundles the dashboard into out/: script, style and picture under names that hold a hash of their content, and the page that names them.
import { build } from "esbuild";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

rmSync("out", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ["src/main.ts", "src/style.css", "src/icon.svg"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: "out",
  entryNames: "[name]-[hash]",
  loader: { ".svg": "copy" },
  metafile: true,
  logLevel: "warning",
});

let page = readFileSync("index.html", "utf8");
for (const [file, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
  const source = basename(entryPoint ?? Object.keys(inputs)[0]);
  if (!page.includes(`{${source}}`)) throw new Error(`index.html does not name ${source}`);
  page = page.replaceAll(`{${source}}`, `/assets/${basename(file)}`);
}

writeFileSync("out/index.html", page);
