/** The I/O thread, started as the first thing of all: the sockets come up and kernel_info is answered while TypeScript loads. */
import { readFileSync } from "node:fs";
import { openIoPort } from "./io-port";
import { kernelInfo } from "./kernel-info";
import { createSharedFlags } from "./shared-flags";

export const flags = createSharedFlags();
export const info = kernelInfo();
export const io = openIoPort({
  connection: JSON.parse(readFileSync(process.argv[2]!, "utf8")),
  flags,
  kernelInfo: info,
});
