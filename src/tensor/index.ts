export type { BackgroundLinearAlgebra } from "./background";
export { descendCoordinates } from "./coordinate-descent";
export { correlateColumns } from "./correlate-columns";
export {
  type LinearAlgebra,
  linearAlgebra,
  type ProductOptions,
  type SymmetricEigen,
} from "./linear-algebra";
export { type Loops, loopBytes, openLoops } from "./loops";
export {
  column,
  columnRange,
  concatColumns,
  concatRows,
  fromRows,
  type Matrix,
  matrix,
  type Real,
  row,
  selectColumns,
  selectRows,
  transpose,
  zeros,
} from "./matrix";
export { decodeNpy, encodeNpy } from "./npy";
export { plainShiftedSquares } from "./plain-loops";
export { type Random, random } from "./random";
