/** npm run kernel -- install | uninstall: puts the kernel into the user's own Jupyter, or takes it out. */
import "./set-up/node-version.mjs";
import { Complaint, runOrComplain } from "./set-up/complaint.mjs";
import { installKernelSpec, uninstallKernelSpec } from "./set-up/kernel-spec.mjs";
import { setUp } from "./set-up/set-up.mjs";

await runOrComplain(async () => {
  const [action] = process.argv.slice(2);
  if (action === "install") {
    await setUp("work");
    installKernelSpec();
  } else if (action === "uninstall") {
    uninstallKernelSpec();
  } else {
    throw new Complaint(
      `npm run kernel: unknown action: ${action ?? "none"}; expected install or uninstall.\n\n  npm run kernel -- install     makes the kernel known to Jupyter and VS Code of this user\n  npm run kernel -- uninstall   takes it out again`,
    );
  }
});
