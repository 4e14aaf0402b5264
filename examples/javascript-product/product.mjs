// A small product behind the HTTP door: it serves the six operations of the driver contract.

import { createServer } from "node:http";

import { CareHomes } from "./care-home.mjs";

const DESCRIPTION = {
  product: "Admissions Example (JavaScript)",
  version: "1",
  contract: 1,
  clock: "settable",
  capabilities: ["reset", "admit"],
  facility_types: ["wzc"],
};
const TAKEN = { taken: true };
const homes = new CareHomes();

const OPERATIONS = {
  "GET /describe": () => DESCRIPTION,
  "GET /observe": () => homes.observation(),
  "POST /reset": (setUp) => (homes.reset(setUp), TAKEN),
  "POST /set_clock": ({ instant }) => (homes.setClock(instant), TAKEN),
  "POST /sync": async () => (await homes.sync(), TAKEN),
  "POST /act": (stimulus) => {
    if (stimulus.do !== "admit") return { taken: false, note: `this product knows no ${stimulus.do}` };
    homes.admit(stimulus);
    return TAKEN;
  },
};

/** Status and body of one answer. */
async function answer(request) {
  const operation = OPERATIONS[`${request.method} ${request.url}`];
  if (!operation) return [404, { problem: `there is no ${request.method} ${request.url}` }];
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    const body = Buffer.concat(parts).toString("utf8");
    return [200, await operation(body ? JSON.parse(body) : {})];
  } catch (error) {
    return [error instanceof SyntaxError ? 400 : 500, { problem: String(error) }];
  }
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
});
server.listen(Number(process.argv[2] ?? 8090), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
