// Draws src/drawings/land.svg, the land of the small world map. Run by hand when the drawing should change:
//
//   npm install --no-save world-atlas@2.0.2 topojson-client@3.1.0 topojson-simplify@3.0.3
//   node build/land.mjs
//
// Source: Natural Earth 1:110m (public domain), as packed in world-atlas (ISC). The projection is Natural
// Earth's too; src/ui/projection.ts has the same one for the schools, and its test holds both together.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const WIDTH = 1000;
const NORTH = 84;
const SOUTH = -57;
/** In square degrees: what is smaller than this is no more than a speck. */
const LEAST_DETAIL = 0.2;
const LEAST_ISLAND = 3;

function raw(longitude, latitude) {
  const l = (longitude * Math.PI) / 180;
  const p = (latitude * Math.PI) / 180;
  const p2 = p * p;
  const p4 = p2 * p2;
  return [
    l * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))),
    p * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4))),
  ];
}

const scale = WIDTH / 2 / raw(180, 0)[0];
const top = raw(0, NORTH)[1];
const height = Math.round((top - raw(0, SOUTH)[1]) * scale);
const place = ([longitude, latitude]) => {
  const [x, y] = raw(longitude, latitude);
  return [Math.round(WIDTH / 2 + x * scale), Math.round((top - y) * scale)];
};

function area(ring) {
  return Math.abs(ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0) / 2);
}

/** What is left of a ring on one side of a meridian. */
function cut(ring, meridian, isWest) {
  const inside = ([x]) => (isWest ? x <= meridian : x >= meridian);
  return ring.flatMap((point, i) => {
    const before = ring.at(i - 1);
    if (inside(point) === inside(before)) return inside(point) ? [point] : [];
    const share = (meridian - before[0]) / (point[0] - before[0]);
    const crossing = [meridian, before[1] + share * (point[1] - before[1])];
    return inside(point) ? [crossing, point] : [crossing];
  });
}

/** Russia and Fiji cross the date line: each is drawn at both edges of the map. */
function parted(ring) {
  let turn = 0;
  const whole = ring.slice(0, -1).map(([x, y], i, all) => {
    const step = i > 0 ? x - all[i - 1][0] : 0;
    turn += step > 180 ? -360 : step < -180 ? 360 : 0;
    return [x + turn, y];
  });
  return [-360, 0, 360].map((shift) => {
    const moved = whole.map(([x, y]) => [x + shift, y]);
    return cut(cut(moved, 180, true), -180, false);
  });
}

function drawn(ring) {
  const points = ring.map(place).filter((point, i, all) => i === 0 || String(point) !== String(all[i - 1]));
  if (points.length < 4) return "";
  const [start, ...rest] = points;
  let [x, y] = start;
  const steps = rest.map(([nextX, nextY]) => {
    const step = `${nextX - x}${nextY - y < 0 ? "" : " "}${nextY - y}`;
    [x, y] = [nextX, nextY];
    return step;
  });
  return `M${start.join(" ")}l${steps.join(" ").replaceAll(" -", "-")}z`;
}

const source = createRequire(import.meta.url).resolve("world-atlas/land-110m.json");
const world = simplify(presimplify(JSON.parse(await readFile(source, "utf8"))), LEAST_DETAIL);
const rings = feature(world, world.objects.land)
  .features.flatMap(({ geometry }) => geometry.coordinates.flat())
  .filter((ring) => area(ring) >= LEAST_ISLAND && ring.every(([, latitude]) => latitude > SOUTH));
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">
<!-- Natural Earth, public domain; drawn by build/land.mjs -->
<path id="land" d="${rings.flatMap(parted).map(drawn).join("")}"/>
</svg>
`;
await writeFile(path.join(import.meta.dirname, "..", "src", "drawings", "land.svg"), svg);
console.log(`land.svg: ${svg.length} bytes, ${WIDTH} by ${height}`);
