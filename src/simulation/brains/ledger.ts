import type { BrainsPlan } from "./brains-plan";
import { NOISE } from "./noise";
import { plantedEffects, REGIONS } from "./planted-truth";
import { drawSubject } from "./subject";

/**
 * Everything that was planted, for those who grade: regions with their networks and ceilings, which attribute drives which with what
 * sign, the noise, each subject's HRF, the seeds, and the files with the ceiling of every grayordinate.
 */
export function brainsLedger(
  { film, layout, brainSeed, gain }: Omit<BrainsPlan, "nSubjects">,
  { version, nSubjects }: { version: number; nSubjects: number },
) {
  return {
    version,
    seeds: { film: film.seed, brain: brainSeed },
    gain,
    nGrayordinates: layout.models.nGrayordinates,
    regions: REGIONS,
    effects: plantedEffects(),
    noise: NOISE,
    subjects: Array.from({ length: nSubjects }, (_, s) => {
      const subject = drawSubject(brainSeed, s + 1);
      return { ...subject, ceiling: `${subject.id}_ceiling.dscalar.nii` };
    }),
  };
}
