/** Where a picture is taken. */
export type Place = "meadow" | "forest" | "beach" | "desert" | "snow" | "street" | "room" | "kitchen";

export type DayTime = "day" | "dusk" | "night";

export const PLACES: readonly Place[] = [
  "meadow",
  "forest",
  "beach",
  "desert",
  "snow",
  "street",
  "room",
  "kitchen",
];

export const DAY_TIMES: readonly DayTime[] = ["day", "dusk", "night"];

/** How captions say where; the usual way first. */
export const PLACE_PHRASES: Readonly<Record<Place, readonly string[]>> = {
  meadow: ["in the meadow", "in the field"],
  forest: ["in the forest", "in the woods"],
  beach: ["on the beach", "by the shore"],
  desert: ["in the desert", "among the dunes"],
  snow: ["in the snow", "on the ice"],
  street: ["on the street", "in town"],
  room: ["in the room", "in the parlour"],
  kitchen: ["in the kitchen", "by the stove"],
};

/** How captions say when in the day; the usual way first. */
export const TIME_PHRASES: Readonly<Record<DayTime, readonly string[]>> = {
  day: ["by day", "at noon"],
  dusk: ["in the evening", "at dusk"],
  night: ["at night", "after dark"],
};

/** Whether a place has a ceiling: no sky, no stars. */
export function isIndoors(place: Place): boolean {
  return place === "room" || place === "kitchen";
}
