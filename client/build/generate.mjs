// Writes the TypeScript types of the HTTP API and of the live protocol.
//
//   npm run generate -- api.json protocol.json [directory]
//
// The two files are the server's own OpenAPI documents; the result goes to src/ (or to the directory
// given, which is how a test compares what is committed with what the server says now).
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

const [apiPath, protocolPath, target = "src"] = process.argv.slice(2);
if (!apiPath || !protocolPath) {
  console.error("usage: npm run generate -- api.json protocol.json [directory]");
  process.exit(2);
}

async function write(source, name, origin) {
  const document = JSON.parse(await readFile(source, "utf8"));
  const types = astToString(await openapiTS(document, { alphabetize: true }));
  await writeFile(
    path.join(target, name),
    `// Generated from ${origin}. Do not edit: run \`npm run generate\`.\n\n${types}`,
  );
}

await write(protocolPath, "protocol.gen.ts", "realtime/protocol.py");
await write(apiPath, "api.gen.ts", "the server's OpenAPI document");
