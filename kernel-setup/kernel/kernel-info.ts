/** What the kernel says about itself. Read from package files: it must be there before TypeScript is loaded. */
import { createRequire } from "node:module";
import { type Content, protocolVersion } from "./wire";

export function kernelInfo(): Content {
  const tslabRequire = createRequire(require.resolve("tslab/package.json"));
  const { version: tslabVersion } = tslabRequire("./package.json");
  const { version: typescriptVersion } = tslabRequire("@tslab/typescript-for-tslab/package.json");
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "brainlens",
    implementation_version: tslabVersion,
    language_info: {
      name: "typescript",
      version: typescriptVersion.split("-")[0],
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
      // As a plain string: tslab's object makes JupyterLab choose JavaScript.
      codemirror_mode: "typescript",
    },
    banner: `TypeScript ${typescriptVersion} (tslab ${tslabVersion}) on Node ${process.version}`,
    help_links: [{ text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" }],
    debugger: false,
  };
}
