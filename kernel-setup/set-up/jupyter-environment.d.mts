export function jupyterEnvironment(): NodeJS.ProcessEnv & { JUPYTER_RUNTIME_DIR: string };
