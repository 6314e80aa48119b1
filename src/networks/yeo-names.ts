/**
 * The published names of Yeo's 17 networks, number 1 first; files name them by their numbers alone.
 * Source: 17NetworksOrderedNames.csv in the authors' repository (github.com/ThomasYeoLab/CBIG,
 * stable_projects/brain_parcellation/Yeo2011_fcMRI_clustering/1000subjects_reference).
 */
export const YEO17_NAMES = [
  "Visual Central (Visual A)",
  "Visual Peripheral (Visual B)",
  "Somatomotor A",
  "Somatomotor B",
  "Dorsal Attention A",
  "Dorsal Attention B",
  "Salience / Ventral Attention A",
  "Salience / Ventral Attention B",
  "Limbic A",
  "Limbic B",
  "Control C",
  "Control A",
  "Control B",
  "Temporal Parietal",
  "Default C",
  "Default A",
  "Default B",
] as const;
