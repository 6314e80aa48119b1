import { findBrowser } from "../../src/figures";

/** For `test`'s `skip`: why pictures cannot be drawn here, or false. */
export const noBrowser: string | false = (() => {
  try {
    findBrowser();
    return false;
  } catch (error) {
    return (error as Error).message;
  }
})();
