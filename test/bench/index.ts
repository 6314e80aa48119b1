// Timings against reference implementations: npm run bench [name …].
import os from "node:os";
import { dictionary } from "./dictionary";
import { encodingCases } from "./encoding";
import { fmriCases } from "./fmri";
import { kernel } from "./kernel";
import { nestedRidge } from "./nested-ridge";
import { neurons } from "./neurons";
import { spinTest } from "./spin";

const CASES: Record<string, () => Promise<string[]>> = {
  "nested-ridge": nestedRidge,
  ...encodingCases,
  ...fmriCases,
  dictionary,
  neurons,
  "spin-test": spinTest,
  kernel,
};

async function run(names: string[]): Promise<void> {
  const unknown = names.find((name) => !(name in CASES));
  if (unknown !== undefined) {
    throw new Error(
      `bench: unknown case: ${unknown}; expected one of ${Object.keys(CASES).join(", ")}. Name none to run all.`,
    );
  }
  // Both programs get the same threads. Set before OpenBLAS is loaded, and inherited by Python.
  process.env.OPENBLAS_NUM_THREADS ??= "2";
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith("OPENBLAS_"));
  console.log(
    `${os.cpus().length} cores (${os.cpus()[0].model}), load ${os.loadavg()[0].toFixed(1)}, Node ${process.version}`,
  );
  console.log(variables.map(([name, value]) => `${name}=${value}`).join(" "));
  console.log("Other programs may run at the same time: compare ratios, and repeat before believing one.");
  for (const name of names.length > 0 ? names : Object.keys(CASES)) {
    console.log(`\n${name}`);
    for (const line of await CASES[name]()) console.log(`  ${line}`);
  }
}

run(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
