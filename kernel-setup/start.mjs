/** npm start: sets up what is missing, then starts JupyterLab. `--check` sets up, reports, and stops there. */
import "./set-up/node-version.mjs";
import { runOrComplain } from "./set-up/complaint.mjs";
import { startJupyterLab } from "./set-up/jupyter-lab.mjs";
import { reportInstallation } from "./set-up/report-installation.mjs";
import { setUp } from "./set-up/set-up.mjs";

await runOrComplain(async () => {
  const args = process.argv.slice(2);
  await setUp("work");
  if (args.includes("--check")) reportInstallation();
  else await startJupyterLab(args);
});
