export function startJupyterLab(args: string[]): Promise<void>;
export function jupyterLabArguments(options: { folder: string; landingPage: string }): string[];
