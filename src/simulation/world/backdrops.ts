import { type DayTime, isIndoors, type Place } from "./places";

/** Each place and time is drawn in as many ways: other hills, houses and windows. */
export const N_LAYOUTS = 2;

const SKY: Record<DayTime, readonly [top: string, bottom: string]> = {
  day: ["#5aaef0", "#d5efff"],
  dusk: ["#5b4b8f", "#ffb27a"],
  night: ["#0d1a3d", "#3b5288"],
};

/** Near ground, far ground, and what else the place needs, for each time of day. */
const GROUND: Record<Exclude<Place, "room" | "kitchen">, Record<DayTime, readonly string[]>> = {
  meadow: {
    day: ["#74c04f", "#a6d977"],
    dusk: ["#6d8a4b", "#a59a63"],
    night: ["#2c5246", "#3d6a5c"],
  },
  forest: {
    day: ["#5a8f46", "#3f7c45"],
    dusk: ["#56693a", "#6d5a48"],
    night: ["#24453b", "#1f3f47"],
  },
  beach: {
    day: ["#f4dd9f", "#3fa9d8"],
    dusk: ["#dba877", "#86719f"],
    night: ["#6f7488", "#2c4d7d"],
  },
  desert: {
    day: ["#eebd6d", "#f8d896"],
    dusk: ["#c87d4e", "#e9a066"],
    night: ["#5e5474", "#776a8c"],
  },
  snow: {
    day: ["#f6fbff", "#d7e9f7"],
    dusk: ["#d9c4dc", "#b6a5cd"],
    night: ["#8094bd", "#5d73a3"],
  },
  street: {
    day: ["#8d939c", "#c3bdb4"],
    dusk: ["#77707f", "#a58b8c"],
    night: ["#3c4356", "#4d5670"],
  },
};

const INDOORS: Record<
  "room" | "kitchen",
  Record<DayTime, readonly [wall: string, wallBelow: string, floor: string, floorNear: string]>
> = {
  room: {
    day: ["#fbe6bd", "#f6d59f", "#bd8655", "#a06d41"],
    dusk: ["#eebd8c", "#e3a473", "#96623f", "#7d4e31"],
    night: ["#8f7470", "#a98468", "#6b4a3c", "#553a31"],
  },
  kitchen: {
    day: ["#d9f2ec", "#bfe6dd", "#e9e4da", "#d3ccbf"],
    dusk: ["#d3c3b8", "#c3aca3", "#b9a699", "#a28f84"],
    night: ["#5f7c86", "#75909a", "#6f747d", "#5b6069"],
  },
};

/**
 * The drawing of a place at a time of day: the body of an SVG of 64 × 64 units. `layout` is one of 0 … N_LAYOUTS − 1. Stars are
 * drawn in the open sky alone. Ids inside start with `id`, so that many drawings can share a document.
 */
export function drawBackdrop(place: Place, time: DayTime, layout: number, id: string): string {
  return isIndoors(place)
    ? drawIndoors(place as "room" | "kitchen", time, layout, id)
    : drawOutdoors(place as keyof typeof GROUND, time, layout, id);
}

function gradient(id: string, colours: readonly string[]): string {
  const stops = colours.map(
    (colour, i) => `<stop offset="${i / Math.max(1, colours.length - 1)}" stop-color="${colour}"/>`,
  );
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops.join("")}</linearGradient>`;
}

function glow(id: string, colour: string, opacity: number): string {
  return `<radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="${opacity}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`;
}

function drawOutdoors(place: keyof typeof GROUND, time: DayTime, layout: number, id: string): string {
  const [near, far] = GROUND[place][time];
  const [sun, moon] = layout === 0 ? [50, 12] : [14, 52];
  const light = {
    day: `<circle cx="${sun}" cy="9" r="14" fill="url(#${id}l)"/><circle cx="${sun}" cy="9" r="4.5" fill="#fff3b0"/>`,
    dusk: `<circle cx="${sun}" cy="30" r="22" fill="url(#${id}l)"/><circle cx="${sun}" cy="30" r="6.5" fill="#ffe0a0"/>`,
    night: `<circle cx="${moon}" cy="9" r="12" fill="url(#${id}l)"/><circle cx="${moon}" cy="9" r="4" fill="#f3efd2"/>`,
  }[time];
  const stars = time === "night" ? drawStars(layout) : "";
  const clouds = time === "night" ? "" : drawClouds(layout, time === "day" ? "#ffffff" : "#ffd9c4");
  return [
    `<defs>${gradient(`${id}s`, SKY[time])}${gradient(`${id}g`, [far, near])}${glow(`${id}l`, time === "night" ? "#cdd8ff" : "#fff1b8", 0.75)}</defs>`,
    `<rect width="64" height="64" fill="url(#${id}s)"/>`,
    stars,
    light,
    clouds,
    drawLand(place, time, layout, `url(#${id}g)`, far),
  ].join("");
}

function drawStars(layout: number): string {
  const places = [
    [5, 5],
    [22, 3],
    [29, 12],
    [37, 6],
    [45, 15],
    [59, 20],
    [19, 18],
    [8, 22],
    [34, 20],
  ];
  return places
    .map(
      ([x, y], i) =>
        `<circle cx="${layout === 0 ? 64 - x : x}" cy="${y}" r="${i % 3 === 0 ? 0.75 : 0.5}" fill="#fffbe0" opacity="${i % 2 === 0 ? 0.95 : 0.7}"/>`,
    )
    .join("");
}

function drawClouds(layout: number, colour: string): string {
  const cloud = (x: number, y: number, size: number) =>
    `<g fill="${colour}" opacity="0.7"><ellipse cx="${x}" cy="${y}" rx="${7 * size}" ry="${2.2 * size}"/><circle cx="${x - 2 * size}" cy="${y - 1.4 * size}" r="${2.6 * size}"/><circle cx="${x + 2 * size}" cy="${y - 0.9 * size}" r="${2 * size}"/></g>`;
  return layout === 0 ? cloud(14, 10, 1) + cloud(31, 18, 0.7) : cloud(46, 12, 1) + cloud(30, 6, 0.6);
}

/** Everything below the sky. */
function drawLand(
  place: keyof typeof GROUND,
  time: DayTime,
  layout: number,
  ground: string,
  far: string,
): string {
  const shift = layout === 0 ? 0 : 22;
  const plain = `<rect y="36" width="64" height="28" fill="${ground}"/>`;
  switch (place) {
    case "meadow":
      return `<path d="M${-30 + shift} 38 Q ${-8 + shift} 22 ${16 + shift} 37 T ${64 + shift} 36 V64 H-30 Z" fill="${far}"/><path d="M0 42 Q 20 34 40 39 T 64 37 V64 H0 Z" fill="${ground}"/>${drawFlowers(time, layout)}`;
    case "forest":
      return (
        Array.from({ length: 7 }, (_, i) => {
          const x = -2 + i * 11 - (layout === 0 ? 0 : 5);
          const top = 9 + ((i * 5 + layout * 3) % 9);
          return `<path d="M${x} ${top} L ${x + 8} 40 H ${x - 8} Z" fill="${far}" opacity="${0.75 + 0.08 * (i % 3)}"/>`;
        }).join("") + plain
      );
    case "beach":
      return `<rect y="31" width="64" height="14" fill="${far}"/><path d="M0 34 h${18 + shift} M30 37 h20 M6 40 h16" stroke="#ffffff" stroke-opacity="0.45" stroke-width="0.8"/><path d="M0 43 Q 16 ${40 + layout * 3} 34 43 T 64 42 V64 H0 Z" fill="${GROUND.beach[time][0]}"/><path d="M0 43 Q 16 ${40 + layout * 3} 34 43 T 64 42" stroke="#ffffff" stroke-opacity="0.6" stroke-width="1" fill="none"/>`;
    case "desert":
      return `<path d="M${-20 + shift} 40 Q ${4 + shift} 22 ${24 + shift} 39 T ${84 + shift} 34 V64 H-20 Z" fill="${far}"/><path d="M0 46 Q 18 36 38 44 T 64 41 V64 H0 Z" fill="${ground}"/>`;
    case "snow":
      return `<path d="M${-14 + shift} 40 L ${6 + shift} 16 L ${17 + shift} 29 L ${28 + shift} 20 L ${48 + shift} 40 Z" fill="${far}"/><path d="M${6 + shift} 16 L ${1.5 + shift} 21.5 L ${6 + shift} 23.5 L ${10.5 + shift} 21.5 Z M${28 + shift} 20 L ${24 + shift} 23.6 L ${28 + shift} 25.4 L ${32 + shift} 24 Z" fill="#ffffff" opacity="0.85"/><path d="M0 39 Q 22 33 44 38 T 64 36 V64 H0 Z" fill="${GROUND.snow[time][0]}"/>`;
    case "street":
      return `${drawHouses(time, layout)}<rect y="36" width="64" height="5" fill="${far}"/><rect y="41" width="64" height="23" fill="${GROUND.street[time][0]}"/><path d="M2 53 h10 M20 53 h10 M38 53 h10 M56 53 h10" stroke="#ffffff" stroke-opacity="0.6" stroke-width="1.4"/>`;
  }
}

function drawFlowers(time: DayTime, layout: number): string {
  if (time === "night") return "";
  const colours = ["#fff3a6", "#ffffff", "#ffc2d6"];
  return Array.from(
    { length: 9 },
    (_, i) =>
      `<circle cx="${(i * 29 + layout * 13) % 62}" cy="${45 + ((i * 17) % 18)}" r="0.9" fill="${colours[i % 3]}" opacity="0.9"/>`,
  ).join("");
}

function drawHouses(time: DayTime, layout: number): string {
  const walls = {
    day: ["#d9b49a", "#b7c3d0", "#cfc39a"],
    dusk: ["#8f6f7c", "#766f92", "#8d7a78"],
    night: ["#2a3352", "#323c5e", "#28304a"],
  }[time];
  const pane = { day: "#eef7ff", dusk: "#ffd98a", night: "#ffd46b" }[time];
  return Array.from({ length: 5 }, (_, i) => {
    const [x, top] = [-4 + i * 15 - layout * 6, 15 + ((i * 7 + layout * 4) % 11)];
    const panes = [0, 1]
      .flatMap((row) => [3, 8.5].map((dx) => [x + dx, top + 3 + row * 7]))
      .filter(([px, py]) => time !== "night" || (Math.round(px) + py) % 3 !== 0)
      .map(([px, py]) => `<rect x="${px}" y="${py}" width="2.6" height="3.4" fill="${pane}" opacity="0.9"/>`);
    return `<rect x="${x}" y="${top}" width="14" height="${37 - top}" fill="${walls[i % 3]}"/>${panes.join("")}`;
  }).join("");
}

function drawIndoors(place: "room" | "kitchen", time: DayTime, layout: number, id: string): string {
  const [wall, wallBelow, floor, floorNear] = INDOORS[place][time];
  const x = layout === 0 ? 6 : 40;
  const lamp = layout === 0 ? 48 : 16;
  // Behind the panes lies the sky's colour and nothing in it: stars belong to the open.
  const pane = `<rect x="${x}" y="6" width="18" height="19" rx="1" fill="#ffffff" opacity="0.9"/><rect x="${x + 1.5}" y="7.5" width="15" height="16" fill="url(#${id}s)"/><path d="M${x + 9} 7 v17 M${x + 1} 15.5 h16" stroke="#ffffff" stroke-width="1.2"/>`;
  const lit =
    time === "day"
      ? ""
      : `<circle cx="${lamp}" cy="12" r="22" fill="url(#${id}l)"/><path d="M${lamp} 0 v7" stroke="#4a3b33" stroke-width="0.9"/><path d="M${lamp - 5} 12 L ${lamp - 2.5} 6.5 h5 L ${lamp + 5} 12 Z" fill="#ffe3a1"/>`;
  const boards =
    place === "room"
      ? `<path d="M0 49 h64 M0 56 h64 M14 43 v6 M46 43 v6 M30 49 v7 M8 56 v8 M52 56 v8" stroke="#000000" stroke-opacity="0.1" stroke-width="0.9"/>`
      : `<path d="M0 50 h64 M0 57 h64 M8 43 L0 64 M22 43 L18 64 M36 43 L38 64 M50 43 L58 64" stroke="#000000" stroke-opacity="0.1" stroke-width="0.9"/>`;
  const tiles =
    place === "kitchen"
      ? `<path d="M0 28 h64 M0 33 h64 M0 38 h64 M6 28 v15 M18 28 v15 M30 28 v15 M42 28 v15 M54 28 v15" stroke="#ffffff" stroke-opacity="0.45" stroke-width="0.7"/>`
      : `<rect y="40" width="64" height="3" fill="#ffffff" opacity="0.45"/>`;
  return [
    `<defs>${gradient(`${id}s`, SKY[time])}${gradient(`${id}w`, [wall, wallBelow])}${gradient(`${id}f`, [floor, floorNear])}${glow(`${id}l`, "#ffe2a0", 0.6)}</defs>`,
    `<rect width="64" height="64" fill="url(#${id}w)"/>`,
    tiles,
    pane,
    lit,
    `<rect y="43" width="64" height="21" fill="url(#${id}f)"/>`,
    boards,
  ].join("");
}
