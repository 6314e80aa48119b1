export { type PlantedAtoms, plantAtoms } from "./planted-atoms";
export { simulateBold } from "./simulate-bold";
