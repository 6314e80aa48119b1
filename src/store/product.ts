import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic-write";
import { contentKey } from "./content-key";
import { type OnWait, withLock } from "./lock";
import { type Codec, type ProductFiles, plainCodec } from "./plain-codec";
import { throwIfAborted } from "./progress";

/** A folder of products, each kept under the key of its inputs. */
export interface Store {
  readonly folder: string;
  /**
   * The product `name` of the inputs `parts`: read when it is there and whole, else computed under a lock and written.
   * `parts` must hold everything that the result depends on (data by value or by hash, choices, seeds, a version of
   * the algorithm). A damaged product is computed again and said so. `signal` ends the wait for another process.
   */
  product<T>(
    name: string,
    parts: unknown,
    compute: () => T | Promise<T>,
    codec?: Codec<T>,
    options?: { signal?: AbortSignal },
  ): Promise<T>;
  /** The folder in which the product `name` of `parts` is or would be kept. */
  productFolder(name: string, parts: unknown): string;
}

/** Lists what a product consists of; written last, so a product without one does not exist. */
interface Manifest {
  name: string;
  key: string;
  files: { file: string; bytes: number; sha256: string }[];
}

/**
 * Opens the store in `folder`, which is made when the first product is written. A product is a folder
 * `<name>-<first 12 digits of its key>/` with its files and `manifest.json` (sizes and SHA-256).
 * `onMessage` gets warnings of damage (default: console.warn), `onWait` who is waited for (default: onMessage).
 */
export function openStore(
  folder: string,
  options: { onMessage?: (message: string) => void; onWait?: OnWait } = {},
): Store {
  const tell = options.onMessage ?? console.warn;
  const onWait = options.onWait ?? tell;

  const locate = (name: string, parts: unknown) => {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
      throw new Error(
        `product: invalid name: "${name}"; expected lower-case letters, digits and hyphens. Choose a name that can be a folder's.`,
      );
    }
    const key = contentKey(parts);
    return { key, path: join(folder, `${name}-${key.slice(0, 12)}`) };
  };

  return {
    folder,
    productFolder: (name, parts) => locate(name, parts).path,
    async product<T>(
      name: string,
      parts: unknown,
      compute: () => T | Promise<T>,
      codec: Codec<T> = plainCodec<T>(),
      { signal }: { signal?: AbortSignal } = {},
    ): Promise<T> {
      const { key, path } = locate(name, parts);
      throwIfAborted(signal, `product ${name}`);
      const kept = readProduct(path, key, codec);
      if (kept.state === "whole") return kept.value;
      if (kept.state === "damaged") {
        tell(`product: damaged ${path}: ${kept.reason}. It is computed again.`);
      }
      return await withLock(
        `${path}.lock`,
        async () => {
          // Another process may have written it while this one waited.
          const written = readProduct(path, key, codec);
          if (written.state === "whole") return written.value;
          const value = await compute();
          writeProduct(path, { name, key }, codec.encode(value));
          return value;
        },
        { signal, onWait },
      );
    },
  };
}

type Kept<T> = { state: "whole"; value: T } | { state: "absent" } | { state: "damaged"; reason: string };

function readProduct<T>(path: string, key: string, codec: Codec<T>): Kept<T> {
  let manifestText: string;
  try {
    manifestText = readFileSync(join(path, "manifest.json"), "utf8");
  } catch {
    return { state: "absent" };
  }
  try {
    const manifest = JSON.parse(manifestText) as Manifest;
    if (manifest.key !== key) return { state: "damaged", reason: `its key is ${manifest.key}, not ${key}` };
    const files: ProductFiles = {};
    for (const { file, bytes, sha256 } of manifest.files) {
      const content = readFileSync(join(path, file));
      if (content.length !== bytes) {
        return { state: "damaged", reason: `${file} has ${content.length} bytes instead of ${bytes}` };
      }
      if (digest(content) !== sha256)
        return { state: "damaged", reason: `${file} does not have its checksum` };
      files[file] = content;
    }
    return { state: "whole", value: codec.decode(files) };
  } catch (error) {
    return { state: "damaged", reason: (error as Error).message };
  }
}

function writeProduct(path: string, { name, key }: { name: string; key: string }, files: ProductFiles): void {
  rmSync(path, { recursive: true, force: true });
  const manifest: Manifest = { name, key, files: [] };
  for (const [file, content] of Object.entries(files)) {
    writeAtomically(join(path, file), content);
    manifest.files.push({ file, bytes: content.length, sha256: digest(content) });
  }
  writeAtomically(join(path, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
