export function loadCompiledTypeScript(): void;
export function keepCompiledTypeScript(): void;
