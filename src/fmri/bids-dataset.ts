import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BidsEntities, entitiesOf, filesBelow, inherited, sortedEntries } from "./bids-names";

/** An image of a run: raw or of a pipeline, in one space. */
export interface BidsImage {
  readonly path: string;
  /** "raw", or the folder's name below derivatives. */
  readonly pipeline: string;
  /** space, res, den, desc and the like; for raw images empty. */
  readonly entities: BidsEntities;
  readonly format: "nifti" | "cifti";
  /** The pipeline's mask of the brain in the same space; null where there is none. */
  readonly maskPath: string | null;
}

/** One run of a subject. */
export interface BidsRun {
  /** As in file names, for messages: "sub-01_ses-2_task-movie_run-1". */
  readonly name: string;
  readonly subject: string;
  readonly session: string | null;
  readonly task: string;
  readonly run: string | null;
  /** RepetitionTime of the sidecars; null where none says. */
  readonly trSec: number | null;
  readonly eventsPath: string | null;
  readonly confoundsPath: string | null;
  readonly images: readonly BidsImage[];
}

/** The functional runs of a BIDS folder and its derivatives (`openBids`); subjects and tasks sorted, without "sub-" and "task-". */
export interface BidsDataset {
  readonly root: string;
  readonly subjects: readonly string[];
  readonly tasks: readonly string[];
  /** By subject, session, task and run. */
  readonly runs: readonly BidsRun[];
}

/** What tells runs apart. Echoes and parts of one acquisition are images of one run. */
const RUN_ENTITIES = ["sub", "ses", "task", "acq", "ce", "rec", "dir", "run"];
/** By name, numbers by their size: run-2 comes before run-10. */
const inOrder = new Intl.Collator("en", { numeric: true }).compare;
const IMAGE = /_bold\.(nii|nii\.gz|dtseries\.nii)$/;

/**
 * Finds the functional runs of a BIDS data set and of the pipelines in its `derivatives` folder (fMRIPrep's names), with TR, events,
 * confounds, masks. Sidecars are inherited: the .json nearest to the image whose entities all are the image's wins, key by
 * key. Nothing of the images is read.
 *
 * Throws when the folder holds no runs, when a sidecar is no JSON, and when images of one run claim different TRs.
 * Source: BIDS specification 1.10, with its inheritance principle; BIDS Derivatives.
 */
export function openBids(root: string): BidsDataset {
  if (!existsSync(root)) {
    throw new Error(
      `openBids: missing folder: ${root}; expected the root of a BIDS data set. Check the path.`,
    );
  }
  const pipelines = [{ name: "raw", folder: root }];
  const derivatives = join(root, "derivatives");
  if (existsSync(derivatives)) {
    for (const entry of sortedEntries(derivatives)) {
      if (entry.isDirectory()) pipelines.push({ name: entry.name, folder: join(derivatives, entry.name) });
    }
  }
  const runs = new Map<string, Draft>();
  for (const { name, folder } of pipelines) collect(name, folder, root, runs);
  if (runs.size === 0) {
    throw new Error(
      `openBids: missing runs: no sub-*/func/*_bold.nii[.gz] in ${root} or its derivatives; expected at least one. Pass the folder that holds sub-01 and so on.`,
    );
  }
  const found = [...runs.values()].map(finish).sort((a, b) => inOrder(a.name, b.name));
  const unique = (values: string[]) => [...new Set(values)].sort(inOrder);
  return {
    root,
    subjects: unique(found.map(({ subject }) => subject)),
    tasks: unique(found.map(({ task }) => task)),
    runs: found,
  };
}

interface Draft {
  name: string;
  entities: BidsEntities;
  images: BidsImage[];
  /** TR by the sidecar that says so. */
  trs: Map<number, string>;
  eventsPath: string | null;
  confoundsPath: string | null;
}

function collect(pipeline: string, folder: string, root: string, runs: Map<string, Draft>): void {
  const files = sortedEntries(folder)
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("sub-"))
    .flatMap((entry) => filesBelow(join(folder, entry.name), 1));
  for (const path of files.filter((file) => IMAGE.test(file))) {
    const entities = entitiesOf(path);
    if (entities.sub === undefined || entities.task === undefined) continue;
    const name = RUN_ENTITIES.flatMap((key) => (key in entities ? [`${key}-${entities[key]}`] : [])).join(
      "_",
    );
    const draft: Draft = runs.get(name) ?? {
      name,
      entities,
      images: [],
      trs: new Map(),
      eventsPath: null,
      confoundsPath: null,
    };
    runs.set(name, draft);
    const others = Object.entries(entities).filter(([key]) => !RUN_ENTITIES.includes(key));
    draft.images.push({
      path,
      pipeline,
      entities: Object.fromEntries(others),
      format: path.endsWith(".dtseries.nii") ? "cifti" : "nifti",
      maskPath: beside(files, entities, "_mask.nii.gz", [...RUN_ENTITIES, "space", "res"], {
        desc: "brain",
      }),
    });
    const trSec = sidecarTr(path, entities, folder);
    if (trSec !== null) draft.trs.set(trSec.value, trSec.path);
    draft.eventsPath ??= inherited(path, entities, root, "events.tsv").at(-1) ?? null;
    draft.confoundsPath ??= beside(files, entities, "_timeseries.tsv", RUN_ENTITIES, {
      desc: "confounds",
    });
  }
}

function finish({ name, entities, images, trs, eventsPath, confoundsPath }: Draft): BidsRun {
  if (trs.size > 1) {
    const said = [...trs].map(([trSec, path]) => `${trSec} s in ${path}`).join(", ");
    throw new Error(
      `openBids: mismatched TR of run ${name}: ${said}; expected one. Correct the sidecar that is wrong.`,
    );
  }
  return {
    name,
    subject: entities.sub,
    session: entities.ses ?? null,
    task: entities.task,
    run: entities.run ?? null,
    trSec: [...trs.keys()][0] ?? null,
    eventsPath,
    confoundsPath,
    images,
  };
}

/** The file of a suffix whose entities are the image's where they are named, and the given ones. */
function beside(
  files: readonly string[],
  image: BidsEntities,
  suffix: string,
  keys: readonly string[],
  also: BidsEntities,
): string | null {
  const fits = (entities: BidsEntities) =>
    keys.every((key) => entities[key] === image[key]) &&
    Object.entries(also).every(([key, value]) => entities[key] === value);
  return files.find((file) => file.endsWith(suffix) && fits(entitiesOf(file))) ?? null;
}

function sidecarTr(
  image: string,
  entities: BidsEntities,
  top: string,
): { value: number; path: string } | null {
  // The nearest last: it wins.
  for (const path of inherited(image, entities, top, "bold.json").reverse()) {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(path, "utf8"));
    } catch (error) {
      throw new Error(
        `openBids: invalid JSON in ${path}: ${(error as Error).message}; expected a sidecar. Correct the file.`,
        { cause: error },
      );
    }
    const value = (content as { RepetitionTime?: unknown } | null)?.RepetitionTime;
    if (value === undefined) continue;
    if (typeof value === "number" && value > 0) return { value, path };
    throw new Error(
      `openBids: invalid RepetitionTime in ${path}: ${JSON.stringify(value)}; expected a positive number of seconds. Correct the sidecar.`,
    );
  }
  return null;
}
