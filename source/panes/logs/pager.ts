import { spawn } from 'node:child_process';

/**
 * Shows a file in $PAGER (less where it is unset), which has the terminal until it ends. Rejects with a sentence when there
 * is no such program. `env` decides the pager; a pager with arguments, such as `less -S`, goes through the shell as usual.
 */
export function showInPager(path: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const pager = env.PAGER?.trim() || 'less -S';
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${pager} "$1"`, 'sh', path], {
      stdio: 'inherit',
      env: { LESSSECURE: '1', ...env },
    });
    child.on('error', (error) => reject(new Error(`The pager could not be started: ${error.message}`)));
    child.on('exit', (code) => {
      if (code === 127) reject(new Error(`There is no pager "${pager}": set PAGER to one.`));
      else if (code) reject(new Error(`The pager "${pager}" ended with code ${code}. The text is in ${path}`));
      else resolve();
    });
  });
}
