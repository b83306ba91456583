// What a first visit costs, in bytes as they travel: brotli for text, fonts and drawings as they are.
//
// Follows the build's own manifest from the page that index.html starts with, and from the page a route
// adds, through static imports and style sheets. Fonts: the two Latin files that every page uses; Latin
// Extended is fetched only where its letters occur, and is listed apart.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";

const LIMITS = { "sign-in": 150_000, space: 300_000, records: 300_000 };
const dist = path.join(import.meta.dirname, "..", "dist");
const manifest = JSON.parse(await readFile(path.join(dist, ".vite", "manifest.json"), "utf8"));

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const pages = {
  "sign-in": [entry, "src/i18n/en.json"],
  space: [
    entry,
    "src/i18n/en.json",
    "src/i18n/room/en.json",
    "src/board/strings.en.json",
    "src/space/space-page.tsx",
    "src/board/index.ts",
    "src/live/session.ts",
  ],
  records: [entry, "src/i18n/en.json", "src/i18n/records/en.json", "src/pages/partnerships/partnership-page.tsx"],
};

/** Every file that loads with these modules: chunks and their imports, style sheets, what those name. */
function filesOf(keys) {
  const files = new Set(["index.html"]);
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    files.add(chunk.file);
    for (const file of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const key of keys) visit(key);
  return [...files];
}

async function sizeOf(file) {
  const content = await readFile(path.join(dist, file));
  return /\.(js|css|svg|json|html)$/.test(file) ? brotliCompressSync(content).length : content.length;
}

/** Fonts are named by the style sheet, not by a chunk. */
async function withFonts(files) {
  const sheets = await Promise.all(
    files.filter((file) => file.endsWith(".css")).map((file) => readFile(path.join(dist, file), "utf8")),
  );
  const fonts = sheets.flatMap((sheet) => [...sheet.matchAll(/url\(["']?\/?(assets\/[^"')]+\.woff2)/g)].map((match) => match[1]));
  return [...new Set([...files, ...fonts])];
}

let isTooBig = false;
for (const [page, keys] of Object.entries(pages)) {
  const limit = LIMITS[page];
  const rows = [];
  for (const file of await withFonts(filesOf(keys))) rows.push({ file, bytes: await sizeOf(file) });
  const onDemand = rows.filter(({ file }) => file.includes("latin-ext"));
  const first = rows.filter((row) => !onDemand.includes(row)).sort((a, b) => b.bytes - a.bytes);
  const total = first.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${page}: ${total} bytes of ${limit}${total > limit ? "  TOO BIG" : ""}`);
  if (process.argv.includes("--files")) for (const { file, bytes } of first) console.log(`  ${String(bytes).padStart(7)}  ${file}`);
  isTooBig ||= total > limit;
}
process.exit(isTooBig ? 1 : 0);
